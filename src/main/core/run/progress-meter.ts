import type { PlanStep, StepName } from '../../../shared/domain/plan.ts';
import type { Progress } from '../../../shared/domain/run.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import { itemsOf, type StageSteps } from './stage-steps.ts';

/** Window over which the rate is averaged. */
const RATE_WINDOW_MS = 5_000;

/** Counts a run's work and makes progress events of it. Fractions never go back. */
export interface ProgressMeter {
  /** Enters a step; `done` items of it were finished before (a resumed run). */
  enter(step: StepName, done: number): void;
  advance(items: number): void;
  problem(text: string): void;
  state(state: Progress['state']): void;
  throttled(niceRatio: number): void;
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
  /** Items of all steps of the stages before and after the one that `steps` are of. */
  readonly otherStages?: StageSteps['others'];
  readonly clock: Clock;
  readonly onChange: (progress: Progress) => void;
}): ProgressMeter {
  const { clock, steps } = options;
  const startedMs = clock.monotonicMs();
  const others = options.otherStages ?? { itemsBefore: 0, itemsAfter: 0 };
  const allItems = Math.max(1, others.itemsBefore + itemsOf(steps) + others.itemsAfter);
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
    fraction: others.itemsBefore / allItems,
    ratePerSecond: null,
    etaMs: null,
    elapsedMs: 0,
    niceRatio: 0,
    problems: 0,
    lastProblem: null,
  };

  function publish(change: Partial<Progress>): void {
    const next = { ...latest, ...change };
    const before = others.itemsBefore + itemsOf(steps.slice(0, next.stepIndex));
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
    throttled: (niceRatio) => {
      publish({ niceRatio });
    },
  };
}
