import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { BegunRun } from '../ports/begun-runs.ts';
import { nowIso } from '../ports/clock.ts';
import type { RunFile } from '../ports/run-file.ts';
import { auditLeft } from './audit-left.ts';
import { endSafeMode } from './end-safe-mode.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';
import { takeUpRunFiles } from './take-up-run-files.ts';

/**
 * Brings safe mode up to date with the runs that were begun and have not said that they ended: one whose file is missing or damaged
 * freezes its target, because nobody can say any more what it did; one that ended right before its process died is settled.
 * A file that is missing is missing, whoever holds the lease.
 */
export async function lookAtBegunRuns(parts: SafeModeParts, look: BegunRunsLook): Promise<void> {
  await takeUpRunFiles(parts);
  for (const run of parts.begunRuns.underWay(look.fingerprint)) {
    const runFile = openBegun(parts, run);
    if (runFile === undefined) continue;
    let metBy: readonly string[] = [];
    try {
      const { state } = runFile.readRun();
      // Without the lease another process may be resuming a run that failed or was stopped; one that succeeded is over for good.
      const isOver = look.lease === 'held' ? state !== 'running' : state === 'succeeded';
      if (isOver) metBy = settleEnded(parts, runFile);
    } finally {
      runFile.close();
    }
    if (metBy.length > 0) {
      const sentence = `Run ${run.runId} succeeded and was verified.`;
      auditLeft(parts, { runIds: [...new Set([...metBy, run.runId])], sentence });
    }
  }
}

/** Which runs are looked at, and with what right. */
export interface BegunRunsLook {
  /** Of one target; left out: of all. */
  readonly fingerprint?: string;
  /** Whether the caller holds the lease of that target: nobody else goes on with its runs then. */
  readonly lease: 'held' | 'not-held';
}

/** Says of a run that has ended that it has; one that succeeded ends the safe mode that it is an exit from. */
export function settleEnded(parts: SafeModeParts, runFile: RunFile): readonly string[] {
  const { state } = runFile.readRun();
  const left = state === 'succeeded' ? endSafeMode(parts, runFile.readPlan()) : [];
  parts.begunRuns.end(runFile.runId);
  return left;
}

/** Opens the file of a run that was begun; enters safe mode when there is none that can be read. */
function openBegun(parts: SafeModeParts, run: BegunRun): RunFile | undefined {
  try {
    return openWhereItWas(parts, run);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (error.code !== 'RUN_NOT_FOUND' && error.code !== 'RUN_FILE_INVALID') throw error;
    const what = error.code === 'RUN_NOT_FOUND' ? 'is gone' : 'cannot be read';
    parts.safeModes.enter({
      targetFingerprint: run.targetFingerprint,
      targetName: run.targetName,
      runId: run.runId,
      at: nowIso(parts.clock),
      by: parts.operator,
      code: error.code,
      sentence: `The file of run ${run.runId} (${run.scopeInWords}, begun ${run.begunAt}), which had not ended, ${what}: nobody can say what it did last.`,
      facts: { path: run.path, found: error.message },
    });
    return undefined;
  }
}

/** The file may be in the workspace, or where the operator executed it from. */
function openWhereItWas({ runFiles }: SafeModeParts, run: BegunRun): RunFile {
  try {
    return runFiles.open(run.runId, 'read');
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'RUN_NOT_FOUND') throw error;
    return runFiles.open(runFiles.register(run.path), 'read');
  }
}
