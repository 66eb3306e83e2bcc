import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RunFile } from '../ports/run-file.ts';

/** @throws RUN_NOT_RESUMABLE saying what to do instead. */
export function checkResumable(runFile: RunFile): void {
  const refusal = refusalOf(runFile);
  if (refusal === undefined) return;
  const { state } = runFile.readRun();
  const { drifted } = runFile.runCounts();
  throw new OperatorError('RUN_NOT_RESUMABLE', { ...refusal, details: { state, drifted } });
}

/** Why a run cannot be resumed, in words; `null` when it can. */
export function resumableBecause(runFile: RunFile): string | null {
  return refusalOf(runFile)?.message ?? null;
}

function refusalOf(
  runFile: RunFile,
): { readonly message: string; readonly hint: string } | undefined {
  const { state } = runFile.readRun();
  switch (state) {
    case 'planned':
      return {
        message: `Run ${runFile.runId} has not begun: it is a plan.`,
        hint: `Execute it: unwind rollback --plan ${runFile.path} --confirm`,
      };
    case 'succeeded':
      return {
        message: `Run ${runFile.runId} has succeeded; nothing is left to do.`,
        hint: 'Make a new plan for anything else.',
      };
    case 'partial':
      if (runFile.countItems('objects-failed') > 0) return undefined;
      return {
        message: `Run ${runFile.runId} did what it could; ${String(runFile.runCounts().drifted)} files had moved since its plan.`,
        hint: 'Plan again with the same scope to take up what moved.',
      };
    case 'running':
    case 'stopped':
    case 'failed':
    case 'at-checkpoint':
      return undefined;
  }
}

/** Whether the run was begun without a snapshot on purpose, which its audit trail tells. */
export function skippedSnapshot(runFile: RunFile): boolean {
  return runFile.auditEvents(['snapshot.skipped']).length > 0;
}
