import type { Progress } from '../../../shared/domain/run.ts';

/** A problem that the run reported while this page was open. */
export interface LiveProblem {
  readonly at: string;
  readonly text: string;
}

/** What is known from the live stream of a run. */
export interface LiveView {
  readonly progress: Progress | undefined;
  /** Newest first. */
  readonly problems: readonly LiveProblem[];
  readonly error: unknown;
}

export const EMPTY_VIEW: LiveView = { progress: undefined, problems: [], error: null };

const MOST_PROBLEMS = 200;

/** Adds one event to the view. Percent never goes back; the same problem told twice stays one line. */
export function withProgress(view: LiveView, next: Progress): LiveView {
  const fraction = Math.max(view.progress?.fraction ?? 0, next.fraction);
  return { progress: { ...next, fraction }, problems: withProblem(view, next), error: null };
}

function withProblem(view: LiveView, next: Progress): readonly LiveProblem[] {
  const { at, lastProblem: text } = next;
  if (text === null || next.problems === (view.progress?.problems ?? 0)) return view.problems;
  return [{ at, text }, ...view.problems].slice(0, MOST_PROBLEMS);
}
