import type { PlanStep, StepName } from '../../../shared/domain/plan.ts';
import type { Progress } from '../../../shared/domain/run.ts';
import { type Clock, nowIso } from '../ports/clock.ts';

/** Window over which the rate is averaged. */
const RATE_WINDOW_MS = 5_000;

/** Counts a run's work and makes progress events of it. Fractions never go back. */
export interface ProgressMeter {
  /** Enters a step; `done` items of it were finished before (a resumed run). */
  enter(step: StepName, done: number): void;
  advance(items: number): void;
  problem(text: string): void;
  state(state: Progress['state']): void;
  readonly latest: Progress;
}

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

/** Measures progress over `steps`; every change is handed to `onChange`, which may thin them out. */
export function createProgressMeter(options: {
  readonly runId: string;
  readonly steps: readonly PlanStep[];
  readonly clock: Clock;
  readonly onChange: (progress: Progress) => void;
}): ProgressMeter {
  const { clock, steps } = options;
  const startedMs = clock.monotonicMs();
  const allItems = Math.max(
    1,
    steps.reduce((sum, step) => sum + step.itemCount, 0),
  );
  let samples: readonly Sample[] = [];
  let latest: Progress = {
    runId: options.runId,
    seq: 0,
    at: nowIso(clock),
    state: 'running',
    stage: 'Starting',
    step: null,
    stepIndex: 0,
    stepCount: steps.length,
    done: 0,
    total: 0,
    fraction: 0,
    ratePerSecond: null,
    etaMs: null,
    elapsedMs: 0,
    problems: 0,
    lastProblem: null,
  };

  function publish(change: Partial<Progress>): void {
    const next = { ...latest, ...change };
    const before = steps.slice(0, next.stepIndex).reduce((sum, step) => sum + step.itemCount, 0);
    const fraction = Math.min(1, (before + Math.min(next.done, next.total)) / allItems);
    const nowMs = clock.monotonicMs();
    samples = [
      ...samples.filter((sample) => nowMs - sample.atMs < RATE_WINDOW_MS),
      { atMs: nowMs, done: next.done },
    ];
    const oldest = samples[0];
    const spanMs = oldest === undefined ? 0 : nowMs - oldest.atMs;
    const rate =
      oldest === undefined || spanMs < 200 ? null : ((next.done - oldest.done) * 1_000) / spanMs;
    const left = Math.max(0, next.total - next.done);
    latest = {
      ...next,
      seq: latest.seq + 1,
      at: nowIso(clock),
      fraction: next.state === 'ended' ? next.fraction : Math.max(latest.fraction, fraction),
      ratePerSecond: rate,
      etaMs:
        next.state === 'ended' || rate === null || rate <= 0
          ? null
          : Math.round((left / rate) * 1_000),
      elapsedMs: Math.round(nowMs - startedMs),
    };
    options.onChange(latest);
  }

  return {
    get latest() {
      return latest;
    },
    enter: (name, done) => {
      const stepIndex = Math.max(
        0,
        steps.findIndex((step) => step.name === name),
      );
      const step = steps[stepIndex];
      samples = [];
      publish({
        step: name,
        stepIndex,
        stage: step?.title ?? name,
        done,
        total: step?.itemCount ?? 0,
      });
    },
    advance: (items) => {
      publish({ done: latest.done + items });
    },
    problem: (text) => {
      publish({ problems: latest.problems + 1, lastProblem: text });
    },
    state: (state) => {
      publish({ state });
    },
  };
}
