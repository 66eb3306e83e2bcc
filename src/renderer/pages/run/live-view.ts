import type { Progress } from '../../../shared/domain/run.ts';

/** A problem that the run reported while this page was open. */
export interface LiveProblem {
  readonly at: string;
  readonly text: string;
}

/** How fast the run was at a moment. */
export interface RateSample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly perSecond: number;
}

/** What is known from the live stream of a run. */
export interface LiveView {
  readonly progress: Progress | undefined;
  /** Newest first. */
  readonly problems: readonly LiveProblem[];
  /** Oldest first, one a second, of the last minutes that this page was open. */
  readonly rates: readonly RateSample[];
  readonly error: unknown;
}

export const EMPTY_VIEW: LiveView = { progress: undefined, problems: [], rates: [], error: null };

const MOST_PROBLEMS = 200;
const RATE_STEP_MS = 1_000;
const MOST_RATES = 300;

/** Adds one event to the view. Percent never goes back; the same problem told twice stays one line. */
export function withProgress(view: LiveView, next: Progress): LiveView {
  const fraction = Math.max(view.progress?.fraction ?? 0, next.fraction);
  return {
    progress: { ...next, fraction },
    problems: withProblem(view, next),
    rates: withRate(view.rates, next),
    error: null,
  };
}

function withProblem(view: LiveView, next: Progress): readonly LiveProblem[] {
  const { at, lastProblem: text } = next;
  if (text === null || next.problems === (view.progress?.problems ?? 0)) return view.problems;
  return [{ at, text }, ...view.problems].slice(0, MOST_PROBLEMS);
}

function withRate(rates: readonly RateSample[], next: Progress): readonly RateSample[] {
  if (next.ratePerSecond === null) return rates;
  const sample = { atMs: Date.parse(next.at), perSecond: next.ratePerSecond };
  const last = rates.at(-1);
  if (last !== undefined && sample.atMs - last.atMs < RATE_STEP_MS) return rates;
  return [...rates, sample].slice(-MOST_RATES);
}
