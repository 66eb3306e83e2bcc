import type { DurationEstimate, PlanKind, StepName } from '../../../shared/domain/plan.ts';
import type { RunFile, StoredPlan } from '../ports/run-file.ts';

const MAX_RUNS = 10;

/** What one run says about how long its steps take. */
export interface MeasuredRun {
  readonly kind: PlanKind;
  readonly fingerprint: string;
  readonly files: number;
  readonly steps: readonly {
    readonly name: StepName;
    readonly itemCount: number;
    readonly tookMs: number;
  }[];
}

/**
 * Measures a run; `undefined` where its times say nothing of the next one: it did not go through, was stopped or killed in between, or
 * waited at a checkpoint.
 */
export function measureRun(runFile: RunFile): MeasuredRun | undefined {
  const { state } = runFile.readRun();
  if (state !== 'succeeded' && state !== 'partial') return undefined;
  if (runFile.stages().length > 0 || runFile.auditEvents(['run.resumed']).length > 0) {
    return undefined;
  }
  const plan = runFile.readPlan();
  const itemCounts = new Map(plan.steps.map(({ name, itemCount }) => [name, itemCount]));
  const files = plan.counts.records - plan.counts.held - plan.counts.untouched;
  if (files < 1) return undefined;
  return {
    kind: plan.kind,
    fingerprint: plan.target.fingerprint,
    files,
    steps: runFile.steps().flatMap(({ name, startedAt, finishedAt }) =>
      startedAt === null || finishedAt === null
        ? []
        : [
            {
              name,
              itemCount: itemCounts.get(name) ?? 0,
              tookMs: Date.parse(finishedAt) - Date.parse(startedAt),
            },
          ],
    ),
  };
}

/**
 * Estimates how long a plan takes by earlier runs of the same kind, those of the same target where there are any: for each, what the plan
 * would take at the pace of its steps; of these the middle one, a run counting by its files. So neither a run that was paused over night
 * nor one of three files says much. `null`: no run to go by, or none that had every step of the plan.
 */
export function estimateDuration(
  plan: Pick<StoredPlan, 'kind' | 'target' | 'steps'>,
  /** Newest first. */
  measured: readonly MeasuredRun[],
): DurationEstimate | null {
  if (plan.steps.length === 0) return null;
  const alike = measured.flatMap((run) => {
    const atItsPaceMs = run.kind === plan.kind ? atThePaceOf(run, plan.steps) : null;
    return atItsPaceMs === null ? [] : [{ ...run, atItsPaceMs }];
  });
  const ofTarget = alike.filter(({ fingerprint }) => fingerprint === plan.target.fingerprint);
  const isOfTarget = ofTarget.length > 0;
  const runs = (isOfTarget ? ofTarget : alike).slice(0, MAX_RUNS);
  const files = sum(runs.map((run) => run.files));
  let counted = 0;
  const middle = runs
    .toSorted((left, right) => left.atItsPaceMs - right.atItsPaceMs)
    .find((run) => {
      counted += run.files;
      return counted * 2 >= files;
    });
  if (middle === undefined) return null;
  return {
    expectedMs: Math.round(middle.atItsPaceMs),
    basis: { runs: runs.length, files, isOfTarget },
  };
}

function atThePaceOf(run: MeasuredRun, steps: StoredPlan['steps']): number | null {
  const times = steps.flatMap(({ name, itemCount }) => {
    const step = run.steps.find((one) => one.name === name);
    if (step === undefined) return [];
    return [step.itemCount === 0 ? step.tookMs : (step.tookMs / step.itemCount) * itemCount];
  });
  return times.length === steps.length ? sum(times) : null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((left, right) => left + right, 0);
}
