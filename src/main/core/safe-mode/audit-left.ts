import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { nowIso } from '../ports/clock.ts';
import type { RunFile } from '../ports/run-file.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/** Writes into the files of the runs that had frozen a target that it was left. A file that is gone cannot say it. */
export function auditLeft(
  { runFiles, operator, clock }: SafeModeParts,
  left: { readonly runIds: readonly string[]; readonly sentence: string },
): void {
  for (const runId of left.runIds) {
    const runFile = openIfThere(() => runFiles.open(runId, 'write'));
    try {
      runFile?.appendAudit({
        at: nowIso(clock),
        operator,
        event: 'safe-mode.left',
        data: { sentence: left.sentence },
      });
    } finally {
      runFile?.close();
    }
  }
}

function openIfThere(open: () => RunFile): RunFile | undefined {
  try {
    return open();
  } catch (error) {
    const isLost =
      error instanceof OperatorError &&
      (error.code === 'RUN_NOT_FOUND' || error.code === 'RUN_FILE_INVALID');
    if (isLost) return undefined;
    throw error;
  }
}
