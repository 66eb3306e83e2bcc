import type { AnalysisFigures, DurationFigures } from '../../../shared/domain/analysis.ts';
import { assertNever } from '../../../shared/domain/operator-error.ts';
import type { RunState } from '../../../shared/domain/run.ts';
import type { RunFacts } from './run-facts.ts';

/** Which figure a run counts towards. */
type Outcome = 'succeeded' | 'partial' | 'failed' | 'interrupted' | 'open';

function outcomeOf(state: RunState): Outcome {
  switch (state) {
    case 'succeeded':
    case 'partial':
    case 'failed':
    case 'interrupted':
      return state;
    case 'planned':
    case 'running':
    case 'stopped':
    case 'at-checkpoint':
      return 'open';
    default:
      return assertNever(state);
  }
}

/** Adds runs up. A run without an outcome counts as a run and for what it moved, and for no rate: it may still do the rest. */
export function addUp(runs: readonly RunFacts[]): AnalysisFigures {
  const by = Map.groupBy(runs, (run) => outcomeOf(run.state));
  const ended = runs.filter((run) => outcomeOf(run.state) !== 'open');
  const itemsPlanned = sum(ended, ({ counts }) => counts.planned);
  const itemsDone = sum(ended, ({ counts }) => counts.done);
  const itemsFailed = sum(ended, failedItems);
  return {
    runs: runs.length,
    succeeded: by.get('succeeded')?.length ?? 0,
    partial: by.get('partial')?.length ?? 0,
    failed: by.get('failed')?.length ?? 0,
    interrupted: by.get('interrupted')?.length ?? 0,
    open: by.get('open')?.length ?? 0,
    itemsPlanned,
    itemsDone,
    itemsFailed,
    itemsDrifted: sum(ended, ({ counts }) => counts.drifted),
    successFraction: fraction(itemsDone, itemsPlanned),
    failureFraction: fraction(itemsFailed, itemsPlanned),
    bytesQuarantined: sum(runs, ({ counts }) => counts.bytesQuarantined),
    bytesFreed: sum(runs, ({ counts }) => counts.bytesFreed),
    resumes: sum(runs, ({ resumes }) => resumes),
    durations: durationsOf(runs.flatMap(({ durationMs }) => durationMs ?? [])),
  };
}

/** What a failed run did not come to is its failure as well; what a partial one left is drift or failed by itself. */
function failedItems({ state, counts }: RunFacts): number {
  const untouched = counts.planned - counts.done - counts.failed - counts.drifted;
  const isBroken = state === 'failed' || state === 'interrupted';
  return counts.failed + (isBroken ? Math.max(untouched, 0) : 0);
}

function durationsOf(durations: readonly number[]): DurationFigures {
  const sorted = durations.toSorted((left, right) => left - right);
  return {
    medianMs: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    longestMs: sorted.at(-1) ?? null,
  };
}

/** Nearest rank: the smallest value that at least `rank` (0 to 1) of the values do not exceed, so that it is one that was measured. */
export function percentile(sorted: readonly number[], rank: number): number | null {
  return sorted[Math.max(Math.ceil(sorted.length * rank) - 1, 0)] ?? null;
}

function fraction(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(part / whole, 1);
}

function sum(runs: readonly RunFacts[], of: (run: RunFacts) => number): number {
  return runs.reduce((total, run) => total + of(run), 0);
}
