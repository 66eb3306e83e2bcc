import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RunFile } from '../ports/run-file.ts';

/** @throws RUN_NOT_RESUMABLE saying what to do instead. */
export function checkResumable(runFile: RunFile): void {
  const { state } = runFile.readRun();
  if (state === 'planned') {
    throw new OperatorError('RUN_NOT_RESUMABLE', {
      message: `Run ${runFile.runId} has not begun: it is a plan.`,
      hint: `Execute it: unwind rollback --plan ${runFile.path} --confirm`,
    });
  }
  const counts = runFile.runCounts();
  const retriable = runFile.countItems('objects-failed') > 0;
  if (state === 'succeeded' || (state === 'partial' && !retriable)) {
    throw new OperatorError('RUN_NOT_RESUMABLE', {
      message:
        state === 'succeeded'
          ? `Run ${runFile.runId} has succeeded; nothing is left to do.`
          : `Run ${runFile.runId} did what it could; ${String(counts.drifted)} files had moved since its plan.`,
      hint:
        state === 'succeeded'
          ? 'Make a new plan for anything else.'
          : 'Plan again with the same scope to take up what moved.',
      details: { state, drifted: counts.drifted },
    });
  }
}

/** Whether the run was begun without a snapshot on purpose, which its audit trail tells. */
export function skippedSnapshot(runFile: RunFile): boolean {
  return runFile.auditEvents(['snapshot.skipped']).length > 0;
}
