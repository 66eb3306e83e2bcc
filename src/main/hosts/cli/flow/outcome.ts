import type { ExitCode } from '../../../../shared/domain/error-codes.ts';
import { fromWire } from '../../../../shared/domain/operator-error.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import type { Documents, Result } from '../json/documents.ts';
import { isBlocked } from '../render/plan.ts';

type RunKeys = Pick<
  Documents['plan'],
  'planId' | 'runId' | 'planDigest' | 'runFile' | 'result' | 'counts'
>;

/** What a plan or a run came to. A failed verification outweighs the state: the run ended, but not where it should have. */
export function resultOf(run: RunDetail): Result {
  if (run.verification?.passed === false) return 'verification-failed';
  if (run.state === 'planned' && isBlocked(run.plan)) return 'blocked';
  return run.state;
}

/**
 * The exit status after a run: 0 when all that was planned is done (held files are named, not counted against it), or all
 * up to the checkpoint that was asked for, 8 for planned work left undone, 9 for a failed verification, 130 when the operator stopped it, else the error's own.
 */
export function exitCodeOf(run: RunDetail, ending: 'by-itself' | 'interrupted'): ExitCode {
  const result = resultOf(run);
  switch (result) {
    case 'planned':
    case 'blocked':
    case 'succeeded':
    case 'at-checkpoint':
      return 0;
    case 'verification-failed':
      return 9;
    case 'failed':
      return run.error === null ? 1 : fromWire(run.error).exitCode;
    case 'stopped':
      return ending === 'interrupted' ? 130 : 8;
    case 'partial':
    case 'interrupted':
    case 'running':
      return 8;
  }
}

/** The part of a document that names a plan and its run, and what came of it. */
export function runKeysOf(run: RunDetail): RunKeys {
  const { planned, done, held, drifted, failed } = run.counts;
  return {
    planId: run.plan.planId,
    runId: run.runId,
    planDigest: run.plan.digest,
    runFile: run.plan.runFile,
    result: resultOf(run),
    counts: { planned, done, held, drifted, failed },
  };
}
