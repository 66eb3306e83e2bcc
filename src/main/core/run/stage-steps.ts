import type { PlanStep, StepName } from '../../../shared/domain/plan.ts';
import type { StageExtent } from '../../../shared/domain/stage.ts';
import type { StoredPlan, StoredStage } from '../ports/run-file.ts';
import { currentStage } from './checkpoints.ts';

/** The steps of the current stage with how many items of it each is about, and what the other stages come to. */
export interface StageSteps {
  readonly steps: readonly PlanStep[];
  readonly others: { readonly itemsBefore: number; readonly itemsAfter: number };
}

/** What the steps of a plan are about in one stage. The snapshot is taken of everything, in the first. */
export function stepsOfStage(
  plan: Pick<StoredPlan, 'steps'>,
  stages: readonly StoredStage[],
): StageSteps {
  const current = currentStage(stages);
  if (current === undefined)
    return { steps: plan.steps, others: { itemsBefore: 0, itemsAfter: 0 } };
  const all = stages.map((stage) => ({
    number: stage.number,
    steps: plan.steps.map((step) => ({
      ...step,
      title: titleIn(stages, stage, step),
      itemCount: itemCountIn(stages, stage, step),
    })),
  }));
  const itemsWhere = (isWanted: (number: number) => boolean): number =>
    itemsOf(all.filter(({ number }) => isWanted(number)).flatMap(({ steps }) => steps));
  return {
    steps: all.find(({ number }) => number === current.number)?.steps ?? plan.steps,
    others: {
      itemsBefore: itemsWhere((number) => number < current.number),
      itemsAfter: itemsWhere((number) => number > current.number),
    },
  };
}

/** Items of these steps together. */
export function itemsOf(steps: readonly PlanStep[]): number {
  return steps.reduce((sum, step) => sum + step.itemCount, 0);
}

function titleIn(stages: readonly StoredStage[], stage: StageExtent, step: PlanStep): string {
  if (step.name === 'snapshot') return step.title;
  return `${step.title} (stage ${String(stage.number)} of ${String(stages.length)})`;
}

const FIGURE: Partial<Record<StepName, 'rows' | 'objects'>> = {
  'reset-rows': 'rows',
  'verify-rows': 'rows',
  'quarantine-objects': 'objects',
  'delete-objects': 'objects',
};

function itemCountIn(stages: readonly StoredStage[], stage: StageExtent, step: PlanStep): number {
  if (step.name === 'snapshot') return stage.number === 1 ? step.itemCount : 0;
  const figure = FIGURE[step.name];
  if (figure === undefined) return step.itemCount;
  if (step.name !== 'verify-rows') return stage[figure];
  // Rows of earlier stages are read again.
  return stages
    .filter(({ number }) => number <= stage.number)
    .reduce((sum, { rows }) => sum + rows, 0);
}
