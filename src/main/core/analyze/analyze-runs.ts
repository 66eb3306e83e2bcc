import {
  type Analysis,
  type AnalysisDay,
  type AnalysisError,
  type AnalysisGroup,
  SLOW_RUN_MS,
  type SlowRun,
} from '../../../shared/domain/analysis.ts';
import { addUp } from './figures.ts';
import type { RunFacts } from './run-facts.ts';

const DAY_MS = 86_400_000;
const MOST_SLOW_RUNS = 20;

/** The stretch of time that an analysis is about, epoch milliseconds. */
export interface AnalysisWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The window that ends at `nowMs` and is `days` times 24 hours long. */
export function windowOf(nowMs: number, days: number): AnalysisWindow {
  return { fromMs: nowMs - days * DAY_MS, toMs: nowMs };
}

/**
 * What runs came to: in all, by target, by operator and by day. Pure; takes the runs that began inside the window out of `runs`.
 * A target or an operator without a run is absent, a day without one is there with zeros.
 */
export function analyzeRuns(
  runs: readonly RunFacts[],
  window: AnalysisWindow,
): Pick<
  Analysis,
  'from' | 'to' | 'figures' | 'targets' | 'operators' | 'days' | 'errors' | 'slowRuns'
> {
  const inside = runs.filter(({ startedAt }) => {
    const ms = Date.parse(startedAt);
    return ms >= window.fromMs && ms <= window.toMs;
  });
  return {
    from: isoOf(window.fromMs),
    to: isoOf(window.toMs),
    figures: addUp(inside),
    targets: groupsBy(inside, (run) => run.targetName),
    operators: groupsBy(inside, (run) => run.operator),
    days: daysOf(inside, window),
    errors: errorsOf(inside),
    slowRuns: slowRunsOf(inside),
  };
}

function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function groupsBy(runs: readonly RunFacts[], nameOf: (run: RunFacts) => string): AnalysisGroup[] {
  return [...Map.groupBy(runs, nameOf)]
    .map(([name, group]) => ({ name, figures: addUp(group) }))
    .toSorted((left, right) => right.figures.runs - left.figures.runs || byName(left, right));
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}

function daysOf(runs: readonly RunFacts[], { fromMs, toMs }: AnalysisWindow): AnalysisDay[] {
  const byDay = Map.groupBy(runs, (run) => run.startedAt.slice(0, 10));
  const days: AnalysisDay[] = [];
  for (let ms = Math.floor(fromMs / DAY_MS) * DAY_MS; ms <= toMs; ms += DAY_MS) {
    const day = isoOf(ms).slice(0, 10);
    days.push({ day, figures: addUp(byDay.get(day) ?? []) });
  }
  return days;
}

function errorsOf(runs: readonly RunFacts[]): AnalysisError[] {
  const failures = runs.flatMap(({ runId, startedAt, error }) =>
    error === null ? [] : [{ runId, startedAt, ...error }],
  );
  return [...Map.groupBy(failures, ({ code }) => code)]
    .map(([code, group]) => {
      const [newest] = group.toSorted((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
      return {
        code,
        count: group.length,
        lastRunId: newest?.runId ?? '',
        lastMessage: newest?.message ?? '',
      };
    })
    .toSorted((left, right) => right.count - left.count || (left.code < right.code ? -1 : 1));
}

function slowRunsOf(runs: readonly RunFacts[]): SlowRun[] {
  return runs
    .flatMap(({ runId, kind, state, targetName, startedAt, durationMs }) =>
      durationMs === null || durationMs <= SLOW_RUN_MS
        ? []
        : [{ runId, kind, state, targetName, startedAt, durationMs }],
    )
    .toSorted((left, right) => right.durationMs - left.durationMs)
    .slice(0, MOST_SLOW_RUNS);
}
