import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunState } from '../../../src/shared/domain/run.ts';
import { type Changes, holds, type ModelScope } from './changes.ts';
import type { ModelBench } from './model-bench.ts';
import type { ModelWorld } from './model-world.ts';

/** A plan as the model knows it, and what became of it. */
export interface ModelPlan {
  readonly summary: PlanSummary;
  /** What it may do, by the model's own reckoning. */
  readonly changes: Changes;
  /** The world as it was planned for. */
  readonly seen: ModelWorld;
  readonly mode: ModelScope['mode'];
  /** The run that an undo or a purge is about. */
  readonly subject: ModelPlan | undefined;
  /** Whether `changes` is all that it plans, and not merely all that it may: an undo after somebody came between holds some of it. */
  readonly isExact: boolean;
  state: 'planned' | 'refused' | 'dead' | 'ended';
  /** How it ended, as the run says. */
  outcome: RunState | undefined;
  /** What the run writes for its moment; known once it has begun. */
  moment: string;
  /** Keys whose objects were gone when it ended. */
  readonly gone: Set<string>;
  /** Files, objects and batches that somebody else changed since it was made. */
  readonly touched: Set<string>;
  /** Whether it may fail by what happened since: all but changes of rows that still held what they held when it was made. */
  mayFail: boolean;
}

/** What the model remembers. */
export interface Model {
  world: ModelWorld;
  readonly plans: ModelPlan[];
  /** Edits so far: each writes something that was never there before. */
  edits: number;
  /** How often each thing was tried, for the proof that sequences are not idle. */
  readonly tally: Map<string, number>;
}

/** The model of a world in which nothing has happened yet. */
export function aModel(bench: ModelBench): Model {
  return { world: bench.world(), plans: [], edits: 0, tally: new Map() };
}

export function count(model: Model, what: string): void {
  model.tally.set(what, (model.tally.get(what) ?? 0) + 1);
}

/** Everything that a plan is about: names of files, objects, copies and batches. */
export function subjectsOf({ changes }: Pick<ModelPlan, 'changes'>): ReadonlySet<string> {
  return new Set([
    ...changes.watched,
    ...[...changes.rows.values()].flatMap(({ before }) => [
      before.id,
      before.key,
      before.fileKey ?? '',
      before.batchId,
    ]),
    ...[...changes.removes].flatMap(([key, { copyKey }]) => [key, copyKey]),
    ...[...changes.restores].flat(),
    ...[...changes.purges].flatMap(([copyKey, { key }]) => [copyKey, key]),
  ]);
}

/** Whether nobody came between a plan and its end. */
export function isUndisturbed(plan: ModelPlan): boolean {
  const subjects = subjectsOf(plan);
  return ![...plan.touched].some((name) => subjects.has(name));
}

/** Lets every other plan know that something was changed under it. */
export function touch(model: Model, names: Iterable<string>, by?: ModelPlan): void {
  const changed = [...names];
  for (const plan of model.plans) {
    if (plan === by || changed.length === 0) continue;
    for (const name of changed) plan.touched.add(name);
    plan.mayFail = true;
  }
}

/** As `touch`, where somebody changed one row in a world that is known. */
export function touchRow(
  model: Model,
  names: ReadonlySet<string>,
  { id, before }: { readonly id: string; readonly before: ModelWorld },
): void {
  for (const plan of model.plans) {
    for (const name of names) plan.touched.add(name);
    const change = plan.changes.rows.get(id);
    // A run that finds such a row leaves it alone, and goes on.
    const isUnwritten =
      change !== undefined && holds(before.rows.get(id), change.before, change.parts);
    plan.mayFail ||= !isUnwritten;
  }
}
