import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { rowAddressOf } from '../plan/row-address.ts';
import { bearsRunTime } from '../plan/run-values.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunFile } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';

const CHUNK = 1_000;

/**
 * Refuses to go on with a run that says it has not got beyond its snapshot while a row already holds what only this run writes: its file
 * has lost its end, and a snapshot that was taken now would be one of changed rows (invariant 3). Rows that no moment is written into
 * tell nothing, and are let pass. Reads only.
 * @throws RUN_FILE_INVALID naming a row.
 */
export async function checkUnwritten(
  runFile: RunFile,
  target: OpenTarget,
  clock: Clock,
): Promise<void> {
  const later = runFile.steps().filter((step) => step.name !== 'snapshot');
  const { runTime } = runFile.readRun();
  if (runTime === null || later.some((step) => step.startedAt !== null)) return;
  const reader = await target.database.openReader();
  try {
    let afterSeq = 0;
    for (;;) {
      const items = runFile.pageItems({ filter: 'changing', afterSeq, limit: CHUNK });
      const last = items.at(-1);
      if (last === undefined) return;
      const changing = items.filter((item) => item.rowAction !== 'none');
      const rows = await reader.readRows(changing.map(rowAddressOf));
      const written = changing.find((item) => {
        const current = rows.get(item.recordId);
        return current !== undefined && bearsRunTime(current, { after: item.after, runTime });
      });
      if (written !== undefined) throw endMissing(runFile, written.recordId);
      afterSeq = last.seq;
      await clock.nextTurn();
    }
  } finally {
    await reader.close();
  }
}

function endMissing(runFile: RunFile, recordId: string): OperatorError {
  return new OperatorError('RUN_FILE_INVALID', {
    message: `${runFile.path} cannot be gone on with: it says that its run has changed nothing yet, and record ${recordId} holds what only this run writes. The end of the file is missing.`,
    hint: 'Bring the file back as the run left it, with its -wal if there was one, and resume. Without it, plan again with the same scope: the new plan shows what is left to do. The snapshot that the run took lies in snapshots/ of the workspace.',
    details: { path: runFile.path, recordId },
  });
}
