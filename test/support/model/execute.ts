import { expect } from 'vitest';
import type { OperatorError } from '../../../src/shared/domain/operator-error.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import { refusalIn, type TestApp } from '../migration/open-app.ts';
import { type Changes, holds, withMoment } from './changes.ts';
import { type Allowed, isFresh, undone, unexplained } from './explain.ts';
import { count, isUndisturbed, type Model, type ModelPlan, subjectsOf, touch } from './model.ts';
import type { Incident, ModelBench } from './model-bench.ts';
import { type ModelWorld, originalOf } from './model-world.ts';
import type { Place } from './places.ts';

/** What is executed: a plan from its start, or a run that died from where it got to. */
export type Execution = 'start' | 'resume';

/** A stretch of time in which nobody but Unwind acts. */
type Stretch = readonly [from: ModelWorld, to: ModelWorld];

/** An edit that happens in the middle of a run, once it comes to a place. */
export interface MidwayEdit {
  readonly place: Place;
  /** Does it, and tells what it touched; `undefined`: it could not be done at this very moment. */
  readonly edit: (point: string) => ReadonlySet<string> | undefined;
}

/** What may come upon a run. */
export type Mishap =
  | { readonly kind: 'none' }
  | { readonly kind: 'death'; readonly place: Place }
  | { readonly kind: 'edit'; readonly midway: MidwayEdit };

/** What a plan allows now that its moment is known. */
export function allowedBy(plan: ModelPlan): Allowed {
  return {
    changes: plan.changes,
    seen: plan.seen,
    moment: plan.moment,
    leavesDangling: plan.mode === 'r2-only',
  };
}

/** The answer of a call: what it gave, or the code it was refused with. */
async function answerOf(
  call: () => Promise<RunDetail>,
): Promise<RunDetail | Pick<OperatorError, 'code'>> {
  try {
    return await call();
  } catch (error) {
    return refusalIn(error);
  }
}

/** Executes a plan in a process of its own, and holds what became of the world against the model. */
export async function execute(
  model: Model,
  bench: ModelBench,
  order: { readonly plan: ModelPlan; readonly as: Execution; readonly mishap: Mishap },
): Promise<void> {
  const { plan, as, mishap } = order;
  const wasFresh = as === 'start' ? isFresh(model.world, plan) : undefined;
  const stretches: Stretch[] = [];
  let editedEarly: ReadonlySet<string> = new Set();
  let from = model.world;
  const process = bench.start(
    incidentOf(mishap, (midway, point) => {
      const to = bench.world();
      const names = midway.edit(point);
      if (names === undefined) return;
      editedEarly = isBeforeVerification(point) ? names : editedEarly;
      count(model, 'edit midway');
      stretches.push([from, to]);
      from = bench.world();
      touch(model, names);
    }),
  );
  const answer = await answerOf(() => call(process.app, plan, as));
  const end = await process.end();
  model.world = bench.world();
  stretches.push([from, model.world]);

  if (end === 'died') {
    count(model, `${as} died`);
    await settleDeath(bench, plan);
  } else if ('code' in answer) {
    count(model, `${as} refused: ${answer.code}`);
    expectRefusal(model, plan, { code: answer.code, wasFresh });
    expect(stretches.flatMap(([one, other]) => unexplained(one, other, []))).toEqual([]);
    return;
  } else {
    count(model, `${as} of ${plan.summary.kind} ended ${answer.state}`);
    if (mishap.kind !== 'edit' && plan.isExact) expect(wasFresh).not.toBe(false);
    settleEnd(plan, answer);
  }
  const allowed = [allowedBy(plan)];
  expect(stretches.flatMap(([one, other]) => unexplained(one, other, allowed))).toEqual([]);
  expectStays(plan, { editedEarly, from, to: model.world });
  if (plan.state === 'ended') expectWhole(model, bench, plan);
  touch(model, subjectsOf(plan), plan);
}

function incidentOf(
  mishap: Mishap,
  midway: (edit: MidwayEdit, point: string) => void,
): Incident | undefined {
  switch (mishap.kind) {
    case 'none':
      return undefined;
    case 'death':
      return { place: mishap.place, happens: 'death' };
    case 'edit':
      return {
        place: mishap.midway.place,
        happens: (point) => {
          midway(mishap.midway, point);
        },
      };
  }
}

function call(app: TestApp, { summary }: ModelPlan, as: Execution): Promise<RunDetail> {
  return as === 'start' ? app.run(summary) : app.resume(summary.runId);
}

/**
 * A plan is refused if what it would change moved, and only then; a run that died may always be gone on with, except in safe mode, or
 * where it is the undo of one half and the other half was rolled back since: that has to be undone first.
 */
function expectRefusal(
  model: Model,
  plan: ModelPlan,
  refusal: { readonly code: string; readonly wasFresh: boolean | undefined },
): void {
  const { code, wasFresh } = refusal;
  if (code === 'TARGET_IN_SAFE_MODE') {
    // Nothing freezes a target but what somebody did to a run.
    expect(model.plans.every(isUndisturbed)).toBe(false);
    return;
  }
  const isHalf = plan.summary.kind === 'undo' && plan.mode !== 'both';
  expect(['PLAN_STALE', ...(isHalf ? ['RUN_NOT_UNDOABLE'] : [])]).toContain(code);
  if (wasFresh === undefined) {
    expect(code).toBe('RUN_NOT_UNDOABLE');
    expect(model.plans.some((other) => isOtherHalf(other, plan))).toBe(true);
    return;
  }
  if (code === 'PLAN_STALE') expect(wasFresh && isUndisturbed(plan)).toBe(false);
  plan.state = 'refused';
}

/** Whether a run that has begun did the half that the run of this undo left out. */
function isOtherHalf(other: ModelPlan, { subject, mode }: ModelPlan): boolean {
  const hasBegun = other.state === 'ended' || other.state === 'dead';
  return hasBegun && other !== subject && other.summary.kind === 'rollback' && other.mode !== mode;
}

/** Whether rows are still to be verified where a process is: the verification comes after the last of these points. */
function isBeforeVerification(point: string): boolean {
  return point.startsWith('rows.') || point.startsWith('batches.');
}

/** An object goes only after its row was found to hold what the run wrote: one whose row somebody changed before that stays. */
function expectStays(
  plan: ModelPlan,
  about: {
    readonly editedEarly: ReadonlySet<string>;
    readonly from: ModelWorld;
    readonly to: ModelWorld;
  },
): void {
  const gone = [...plan.changes.removes].filter(([key, { fileId }]) => {
    const change = plan.changes.rows.get(fileId);
    if (change === undefined || !about.editedEarly.has(fileId)) return false;
    const after = withMoment(change.after, plan.moment);
    const wasRight = holds(about.from.rows.get(fileId), after, change.parts);
    return !wasRight && about.from.objects.has(key) && !about.to.objects.has(key);
  });
  expect(gone).toEqual([]);
}

/** Reads from the run file what the dead process had come to. */
async function settleDeath(bench: ModelBench, plan: ModelPlan): Promise<void> {
  const next = bench.start();
  const { state, startedAt, runId } = await next.app.client.run.get({
    runId: plan.summary.runId,
  });
  await next.end();
  expect(runId).toBe(plan.summary.runId);
  plan.moment = momentOf(startedAt);
  plan.state = state === 'planned' ? 'planned' : state === 'interrupted' ? 'dead' : 'ended';
  plan.outcome = plan.state === 'ended' ? state : undefined;
}

function settleEnd(plan: ModelPlan, detail: RunDetail): void {
  plan.state = 'ended';
  plan.outcome = detail.state;
  plan.moment = momentOf(detail.startedAt);
}

/** As a D1 database of the reference schema writes times. */
function momentOf(iso: string | null): string {
  return (iso ?? '').slice(0, 19).replace('T', ' ');
}

/** What a run that ended must have done: all of it where nobody came between, else everything that nobody touched. */
function expectWhole(model: Model, bench: ModelBench, plan: ModelPlan): void {
  if (isUndisturbed(plan)) {
    expect(plan.outcome).toBe('succeeded');
    expectBatches(model, plan);
  }
  for (const key of plan.changes.removes.keys())
    if (!model.world.objects.has(key)) plan.gone.add(key);
  if (plan.outcome === 'failed') {
    expect(plan.mayFail).toBe(true);
    return;
  }
  expect(bench.openIntents(plan.summary.runId)).toBe(0);
  const changes = untouchedPart(plan);
  expect(undone(model.world, { ...allowedBy(plan), changes })).toEqual([]);
}

/** Counters agree with the records after a rollback, and are bit for bit as before after its undo. */
function expectBatches({ world }: Model, plan: ModelPlan): void {
  const batchIds = new Set([...plan.changes.rows.values()].map(({ before }) => before.batchId));
  for (const batchId of batchIds) {
    const batch = world.batches.get(batchId);
    if (plan.subject === undefined) expect(batch?.countersAgree).toBe(true);
    else expect(batch?.row).toBe(plan.subject.seen.batches.get(batchId)?.row);
  }
}

function untouchedPart({ changes, touched, seen }: ModelPlan): Changes {
  const isFree = (...names: readonly (string | null)[]): boolean =>
    !names.some((name) => name !== null && touched.has(name));
  return {
    ...changes,
    rows: new Map(
      [...changes.rows].filter(([id, { before, after }]) =>
        isFree(id, before.key, before.fileKey, after.fileKey),
      ),
    ),
    removes: new Map(
      [...changes.removes].filter(([key, { copyKey, fileId }]) => isFree(key, copyKey, fileId)),
    ),
    restores: new Map([...changes.restores].filter((names) => isFree(...names))),
    purges: new Map(
      [...changes.purges].filter(([copyKey, { key, fileId }]) => {
        const row = seen.rows.get(fileId);
        return isFree(copyKey, key, row === undefined ? null : originalOf(row));
      }),
    ),
  };
}
