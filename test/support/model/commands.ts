import fc from 'fast-check';
import { expect } from 'vitest';
import type { CrashPoint } from '../../../src/main/core/ports/crash-points.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import { errorOf, refusalIn, type TestApp } from '../migration/open-app.ts';
import {
  type Changes,
  type ModelScope,
  predictPurge,
  predictRollback,
  predictUndo,
} from './changes.ts';
import { type Edit, edits, isInBlindSpot, isOfRowOnly, makeEdit } from './edits.ts';
import { allowedBy, execute, type Mishap } from './execute.ts';
import { unexplained } from './explain.ts';
import { deathsOf, type Fate, fatesOf, fateText } from './fates.ts';
import {
  count,
  isUndisturbed,
  type Model,
  type ModelPlan,
  subjectsOf,
  touch,
  touchRow,
} from './model.ts';
import type { ModelBench } from './model-bench.ts';

/** One thing that happens in a sequence. */
export type ModelCommand = fc.AsyncCommand<Model, ModelBench> & fc.WithToStringMethod;

const scopes: fc.Arbitrary<ModelScope> = fc.record({
  select: fc.constantFrom(
    { full: true as const },
    { full: true as const },
    { batchId: 'b-1' },
    { batchId: 'b-2' },
    { userId: 'u-1' },
  ),
  mode: fc.constantFrom('both', 'both', 'both', 'database-only', 'r2-only'),
});

const picks = fc.nat({ max: 5 });

const aRollback = fc.tuple(scopes, fatesOf('rollback')).map((both) => rollbackCommand(...both));

const anything: fc.Arbitrary<ModelCommand> = fc.oneof(
  { weight: 6, arbitrary: aRollback },
  { weight: 2, arbitrary: scopes.map(planCommand) },
  { weight: 2, arbitrary: fc.tuple(picks, fatesOf('any')).map((both) => startCommand(...both)) },
  { weight: 6, arbitrary: fc.tuple(picks, fatesOf('any')).map((both) => resumeCommand(...both)) },
  { weight: 4, arbitrary: fc.tuple(picks, fatesOf('undo')).map((both) => undoCommand(...both)) },
  { weight: 2, arbitrary: fc.tuple(picks, fatesOf('purge')).map((both) => purgeCommand(...both)) },
  { weight: 4, arbitrary: edits.map(editCommand) },
  { weight: 1, arbitrary: picks.map(rivalCommand) },
  { weight: 1, arbitrary: fc.tuple(picks, picks).map((both) => raceCommand(...both)) },
  { weight: 1, arbitrary: picks.map(againCommand) },
);

/** How a sequence begins: a rollback, or one that dies and is gone on with. */
const beginnings: fc.Arbitrary<readonly ModelCommand[]> = fc.oneof(
  aRollback.map((rollback) => [rollback]),
  fc
    .tuple(
      scopes,
      deathsOf('rollback'),
      fc.array(edits, { maxLength: 1 }),
      fc.oneof(deathsOf('any'), fatesOf('any')),
    )
    .map(([scope, death, between, fate]) => [
      rollbackCommand(scope, death),
      ...between.map(editCommand),
      resumeCommand(0, fate),
    ]),
);

/** The sequences that are tried. What makes no sense at its moment is passed over. */
export const modelCommands: fc.Arbitrary<readonly ModelCommand[]> = fc
  .tuple(beginnings, fc.array(anything, { minLength: 1, maxLength: 5, size: 'max' }))
  .map(([first, others]) => [...first, ...others]);

/** A rollback that dies at a point, dies again while it is gone on with, ends, and is taken back. */
export function deathCommands(point: CrashPoint): readonly ModelCommand[] {
  const everything: ModelScope = { select: { full: true }, mode: 'both' };
  return [
    rollbackCommand(everything, { kind: 'death', place: { kind: 'point', point, nth: 1 } }),
    resumeCommand(0, {
      kind: 'death',
      place: { kind: 'point', point: 'run.before-end', nth: 1 },
    }),
    resumeCommand(0, { kind: 'none' }),
    undoCommand(0, { kind: 'none' }),
  ];
}

/** A command that a failure prints by its words. */
function command(words: string, does: Pick<ModelCommand, 'check' | 'run'>): ModelCommand {
  return {
    check: does.check,
    run: (model, bench) => {
      count(model, 'command');
      return does.run(model, bench);
    },
    toString: () => words,
    [fc.toStringMethod]: () => words,
  };
}

function plansIn(model: Model, ...states: readonly ModelPlan['state'][]): readonly ModelPlan[] {
  return model.plans.filter(({ state }) => states.includes(state));
}

function pickOf(plans: readonly ModelPlan[], pick: number): ModelPlan {
  // The newest first: the small numbers, to which a failure shrinks, are about what happened last.
  const plan = plans.toReversed()[pick % plans.length];
  if (plan === undefined) throw new Error('nothing to pick from');
  return plan;
}

async function inProcess<Result>(
  bench: ModelBench,
  work: (app: TestApp) => Promise<Result>,
): Promise<Result> {
  const process = bench.start();
  try {
    return await work(process.app);
  } finally {
    await process.end();
  }
}

/** Plans a rollback; gives the plan where there is something to start. */
async function planRollback(
  model: Model,
  bench: ModelBench,
  scope: ModelScope,
): Promise<ModelPlan | undefined> {
  const predict = predictRollback(model.world, scope);
  return inProcess(bench, async (app) => {
    const planning = app.plan({ ...scope.select, mode: scope.mode });
    if (predict === undefined) {
      expect(await errorOf(planning)).toMatchObject({ code: 'SCOPE_EMPTY' });
      return undefined;
    }
    const summary = await planning;
    const changes = predict((key) => `.unwind-quarantine/${summary.runId}/${key}`);
    return addPlan(model, bench, { app, summary, changes, mode: scope.mode, subject: undefined });
  });
}

/** Plans the undo or the purge of a rollback that ended; gives the plan where there is something to start. */
async function planFollowUp(
  model: Model,
  bench: ModelBench,
  order: { readonly kind: 'undo' | 'purge'; readonly subject: ModelPlan },
): Promise<ModelPlan | undefined> {
  const { kind, subject } = order;
  const { mode } = subject;
  return inProcess(bench, async (app) => {
    const { runId } = subject.summary;
    const planning = kind === 'undo' ? app.planUndo(runId) : app.planPurge(runId);
    const summary = await planning.catch((error: unknown) => {
      const refusal = refusalIn(error);
      // The other half of the rollback stands: then it has to be undone first.
      expect([refusal.code, mode === 'both']).toEqual(['RUN_NOT_UNDOABLE', false]);
      return undefined;
    });
    if (summary === undefined) return undefined;
    const changes =
      kind === 'undo'
        ? predictUndo(subject.changes, subject.moment)
        : predictPurge(model.world, subject.changes);
    return addPlan(model, bench, { app, summary, changes, mode, subject });
  });
}

function planCommand(scope: ModelScope): ModelCommand {
  return command(`plan ${JSON.stringify(scope)}`, {
    check: () => true,
    run: async (model, bench) => {
      await planRollback(model, bench, scope);
    },
  });
}

function rollbackCommand(scope: ModelScope, fate: Fate): ModelCommand {
  return command(`roll back ${JSON.stringify(scope)}${fateText(fate)}`, {
    check: () => true,
    run: async (model, bench) => {
      await start(model, bench, { plan: await planRollback(model, bench, scope), fate });
    },
  });
}

function endedRollbacks(model: Model): readonly ModelPlan[] {
  return plansIn(model, 'ended').filter(({ summary }) => summary.kind === 'rollback');
}

function undoCommand(pick: number, fate: Fate): ModelCommand {
  return followUpCommand({ kind: 'undo', pick, fate });
}

function purgeCommand(pick: number, fate: Fate): ModelCommand {
  return followUpCommand({ kind: 'purge', pick, fate });
}

function followUpCommand(order: {
  readonly kind: 'undo' | 'purge';
  readonly pick: number;
  readonly fate: Fate;
}): ModelCommand {
  const { kind, pick, fate } = order;
  return command(`${kind} ended rollback ${String(pick)}${fateText(fate)}`, {
    check: (model) => endedRollbacks(model).length > 0,
    run: async (model, bench) => {
      const subject = pickOf(endedRollbacks(model), pick);
      await start(model, bench, {
        plan: await planFollowUp(model, bench, { kind, subject }),
        fate,
      });
    },
  });
}

async function start(
  model: Model,
  bench: ModelBench,
  order: { readonly plan: ModelPlan | undefined; readonly fate: Fate },
): Promise<void> {
  const { plan, fate } = order;
  if (plan === undefined) return;
  await execute(model, bench, { plan, as: 'start', mishap: mishapOf(model, bench, fate) });
}

/** Remembers a plan, after looking that making it changed nothing and that it holds what the model predicts. */
async function addPlan(
  model: Model,
  bench: ModelBench,
  made: {
    readonly app: TestApp;
    readonly summary: PlanSummary;
    readonly changes: Changes;
    readonly mode: ModelScope['mode'];
    readonly subject: ModelPlan | undefined;
  },
): Promise<ModelPlan | undefined> {
  const { app, summary, changes, mode, subject } = made;
  expect(unexplained(model.world, bench.world(), [])).toEqual([]);
  const isExact = summary.kind !== 'undo' || (subject !== undefined && isUndisturbed(subject));
  const plan: ModelPlan = {
    summary,
    changes,
    seen: model.world,
    mode,
    subject,
    isExact,
    state: summary.steps.length === 0 ? 'refused' : 'planned',
    outcome: undefined,
    moment: '',
    gone: new Set(),
    // What came between a run and its undo is between the undo and its promise, too.
    touched: new Set(summary.kind === 'undo' ? subject?.touched : []),
    mayFail: !isExact,
  };
  const planned = await plannedBy(app, summary);
  if (isExact) expect(planned).toEqual(namesOf(changes));
  if (summary.kind === 'undo' && subject !== undefined)
    expectNoForeignContent(model, subject, planned);
  count(model, `plan of ${summary.kind}, ${mode}`);
  model.plans.push(plan);
  return plan.state === 'planned' ? plan : undefined;
}

/** No row comes back to an object that somebody else put where the rollback had removed its own. */
function expectNoForeignContent(
  { world }: Model,
  subject: ModelPlan,
  planned: { readonly rows: readonly string[] },
): void {
  const wrong = [...subject.changes.rows.values()].filter(({ before: { id, fileKey } }) => {
    if (fileKey === null || !subject.gone.has(fileKey) || !planned.rows.includes(`rec-${id}`))
      return false;
    const current = world.objects.get(fileKey);
    return current !== undefined && current.body !== subject.seen.objects.get(fileKey)?.body;
  });
  expect(wrong).toEqual([]);
}

async function plannedBy(app: TestApp, { runId }: PlanSummary) {
  const { items } = await app.client.plan.items({ runId, limit: 500 });
  const moved = new Set(['quarantine-and-delete', 'restore', 'purge']);
  return {
    rows: items
      .filter(({ rowAction }) => rowAction !== 'none')
      .map(({ recordId }) => recordId)
      .toSorted(),
    objects: items
      .filter(({ objectAction }) => moved.has(objectAction))
      .map(({ objectKey }) => objectKey)
      .toSorted(),
  };
}

function namesOf(changes: Changes): Awaited<ReturnType<typeof plannedBy>> {
  return {
    rows: [...changes.rows.keys()].map((id) => `rec-${id}`).toSorted(),
    objects: [
      ...changes.removes.keys(),
      ...changes.restores.keys(),
      ...[...changes.purges.values()].map(({ key }) => key),
    ].toSorted(),
  };
}

function mishapOf(model: Model, bench: ModelBench, fate: Fate): Mishap {
  if (fate.kind !== 'edit') return fate;
  const { place, edit } = fate;
  return {
    kind: 'edit',
    midway: {
      place,
      edit: (point) => (isInBlindSpot(edit, point) ? undefined : makeEdit(model, bench, edit)),
    },
  };
}

function startCommand(pick: number, fate: Fate): ModelCommand {
  return command(`start plan ${String(pick)}${fateText(fate)}`, {
    check: (model) => plansIn(model, 'planned').length > 0,
    run: async (model, bench) => {
      const plan = pickOf(plansIn(model, 'planned'), pick);
      await execute(model, bench, { plan, as: 'start', mishap: mishapOf(model, bench, fate) });
    },
  });
}

function resumeCommand(pick: number, fate: Fate): ModelCommand {
  return command(`resume run ${String(pick)}${fateText(fate)}`, {
    check: (model) => plansIn(model, 'dead').length > 0,
    run: async (model, bench) => {
      const plan = pickOf(plansIn(model, 'dead'), pick);
      await execute(model, bench, { plan, as: 'resume', mishap: mishapOf(model, bench, fate) });
    },
  });
}

function editCommand(edit: Edit): ModelCommand {
  return command(`${edit.kind} (${String(edit.pick)})`, {
    check: () => true,
    run: (model, bench) => {
      const before = model.world;
      const names = makeEdit(model, bench, edit) ?? new Set();
      const id = isOfRowOnly(edit)
        ? [...before.rows.keys()].find((one) => names.has(one))
        : undefined;
      if (id === undefined) touch(model, names);
      else touchRow(model, names, { id, before });
      model.world = bench.world();
      return Promise.resolve();
    },
  });
}

/** Another operator holds the target: whoever starts now is refused and changes nothing. */
function rivalCommand(pick: number): ModelCommand {
  return command(`plan or run ${String(pick)} is refused while another operator is at work`, {
    check: (model) => plansIn(model, 'planned', 'dead').length > 0,
    run: async (model, bench) => {
      const { state, summary } = pickOf(plansIn(model, 'planned', 'dead'), pick);
      const lease = await bench.acquireLease();
      await inProcess(bench, async (app) => {
        const error = await errorOf(
          state === 'planned' ? app.run(summary) : app.resume(summary.runId),
        );
        expect(['TARGET_LOCKED', 'RUN_NOT_UNDOABLE', 'TARGET_IN_SAFE_MODE']).toContain(error.code);
        count(model, 'rival');
      });
      await lease.release();
      expect(unexplained(model.world, bench.world(), [])).toEqual([]);
    },
  });
}

const RACE_REFUSALS = ['TARGET_LOCKED', 'PLAN_STALE', 'RUN_NOT_UNDOABLE', 'TARGET_IN_SAFE_MODE'];

/** Two operators start at the same moment. */
function raceCommand(one: number, other: number): ModelCommand {
  return command(`plans ${String(one)} and ${String(other)} are started at once`, {
    check: (model) => plansIn(model, 'planned').length > 1,
    run: async (model, bench) => {
      const first = pickOf(plansIn(model, 'planned'), one);
      const second = pickOf(
        plansIn(model, 'planned').filter((plan) => plan !== first),
        other,
      );
      const before = model.world;
      const processes = [first, second].map((plan) => ({ plan, process: bench.start() }));
      await Promise.all(
        processes.map(async ({ plan, process }) => {
          plan.state = 'refused';
          const detail = await process.app.run(plan.summary).catch((error: unknown) => {
            const { code } = refusalIn(error);
            expect(RACE_REFUSALS).toContain(code);
            if (code !== 'PLAN_STALE') plan.state = 'planned';
            return undefined;
          });
          if (detail === undefined) return;
          plan.state = 'ended';
          plan.outcome = detail.state;
          plan.moment = (detail.startedAt ?? '').slice(0, 19).replace('T', ' ');
        }),
      );
      for (const { process } of processes) await process.end();
      model.world = bench.world();
      const ended = [first, second].filter(({ state }) => state === 'ended');
      expect(unexplained(before, model.world, ended.map(allowedBy))).toEqual([]);
      count(model, `race, ${String(ended.length)} ended`);
      for (const plan of ended) touch(model, subjectsOf(plan));
    },
  });
}

/** What has ended is not done twice. */
function againCommand(pick: number): ModelCommand {
  return command(`ended run ${String(pick)} is started and resumed again`, {
    check: (model) => plansIn(model, 'ended').length > 0,
    run: async (model, bench) => {
      const { summary, outcome } = pickOf(plansIn(model, 'ended'), pick);
      await inProcess(bench, async (app) => {
        const start = await errorOf(app.run(summary));
        expect(['PLAN_ALREADY_EXECUTED', 'RUN_NOT_UNDOABLE']).toContain(start.code);
        if (outcome !== 'succeeded') return;
        const resume = await errorOf(app.resume(summary.runId));
        expect(['RUN_NOT_RESUMABLE', 'RUN_NOT_UNDOABLE']).toContain(resume.code);
      });
      count(model, 'again');
      expect(unexplained(model.world, bench.world(), [])).toEqual([]);
    },
  });
}
