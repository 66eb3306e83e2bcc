import { expect } from 'vitest';
import type { ErrorCode } from '../../../src/shared/domain/error-codes.ts';
import {
  fromWire,
  type OperatorError,
  WireError,
} from '../../../src/shared/domain/operator-error.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import type { World } from '../migration/a-migration.ts';
import { drained, type TestApp } from '../migration/open-app.ts';
import { useSqliteFault } from './sqlite-faults.ts';
import { strikeAt } from './strike.ts';
import type { Worksite } from './worksite.ts';

/** A piece of work that is done with a fault in its way, and how it is brought to its end once the fault is gone. */
export interface Work {
  readonly name: string;
  /** Where every content has to be at any moment: in the bucket, at its key or in the quarantine, or there or in an original. */
  readonly contentIn: 'bucket' | 'anywhere';
  /** Whether a row may point at an object that is gone: what a run of objects only is asked for. */
  readonly dangling: 'never' | 'wanted';
  /** Everything that comes before it, without a fault. */
  prepare(site: Worksite, app: TestApp): Promise<string>;
  /** The work. `given` is what `prepare` gave. Throws what it was refused with. */
  act(app: TestApp, given: string): Promise<void>;
  /** Brings it to its end and proves that the end is right, by looking from outside. */
  finish(site: Worksite, app: TestApp, given: string): Promise<void>;
}

type Mode = 'both' | 'database-only' | 'r2-only';

/** Makes a plan, which may not change anything. */
export const planning: Work = {
  name: 'plan',
  contentIn: 'bucket',
  dangling: 'never',
  prepare: () => Promise.resolve(''),
  act: async (app) => {
    await app.plan({ full: true });
  },
  finish: async (site, app) => {
    expect(await site.world(), 'a plan changes nothing').toEqual(site.before);
    const plan = await app.plan({ full: true });
    await settled(app, plan.runId);
    await expectRolledBack(site, app, { runId: plan.runId, mode: 'both' });
  },
};

/** Executes a plan. */
export function running(mode: Mode): Work {
  return {
    name: `run (${mode})`,
    contentIn: 'bucket',
    dangling: mode === 'r2-only' ? 'wanted' : 'never',
    prepare: async (_site, app) => (await app.plan({ full: true, mode })).runId,
    act: start,
    finish: async (site, app, runId) => {
      await settled(app, runId);
      await expectRolledBack(site, app, { runId, mode });
    },
  };
}

/** A run that was cut off, and going on with it. */
export interface Resuming extends Work {
  /** Goes on with a run until the outcome of the step cannot be written. */
  interrupt(site: Worksite, app: TestApp, runId: string): Promise<void>;
}

/** Goes on with a run whose outcome of `step` was never written. */
export function resuming(step: string): Resuming {
  async function interrupt(site: Worksite, app: TestApp, runId: string): Promise<void> {
    const outcome = strikeAt(1, 'once');
    const only = (sql: string, values: readonly unknown[]): boolean =>
      sql.includes("'outcome'") && values[1] === step;
    useSqliteFault({ folder: site.folder, kind: 'SQLITE_IOERR_READ', strike: outcome, only });
    const { state } = await app.client.run.get({ runId });
    if (state === 'planned') await start(app, runId);
    else await app.resume(runId);
    useSqliteFault(undefined);
    expect(outcome.met).toHaveLength(1);
    expect((await app.client.run.get({ runId })).state).toBe('failed');
  }

  return {
    interrupt,
    name: `resume (after ${step})`,
    contentIn: 'bucket',
    dangling: 'never',
    prepare: async (site, app) => {
      const { runId } = await app.plan({ full: true });
      await interrupt(site, app, runId);
      return runId;
    },
    act: async (app, runId) => {
      await app.client.run.resume({ runId });
      await drained(await app.client.run.watch({ runId }));
    },
    finish: async (site, app, runId) => {
      await settled(app, runId);
      await expectRolledBack(site, app, { runId, mode: 'both' });
    },
  };
}

/** Takes a finished rollback back. */
export const undoing: Work = {
  name: 'undo',
  contentIn: 'bucket',
  dangling: 'never',
  prepare: async (_site, app) => {
    const { runId } = await app.run(await app.plan({ full: true }));
    return (await app.planUndo(runId)).runId;
  },
  act: start,
  finish: async (site, app, runId) => {
    await settled(app, runId);
    expectAsBefore(site, await site.world());
  },
};

/** Removes a quarantine for good. */
export const purging: Work = {
  name: 'purge',
  contentIn: 'anywhere',
  dangling: 'never',
  prepare: async (_site, app) => {
    const { runId } = await app.run(await app.plan({ full: true }));
    return (await app.planPurge(runId)).runId;
  },
  act: start,
  finish: async (site, app, runId) => {
    await settled(app, runId);
    expect(await site.quarantined()).toEqual([]);
    expect(site.originals().toSorted()).toEqual(Object.values(site.before.objects).toSorted());
  },
};

async function start(app: TestApp, runId: string): Promise<void> {
  const { plan } = await app.client.run.get({ runId });
  await app.client.run.start({
    runId,
    digest: plan.digest,
    confirmation: plan.confirmationPhrase,
    snapshot: 'take',
  });
  await drained(await app.client.run.watch({ runId }));
}

/** Does the work, and gives what it was refused with. */
export async function attempt(
  work: Work,
  app: TestApp,
  given: string,
): Promise<OperatorError | undefined> {
  try {
    await work.act(app, given);
    return undefined;
  } catch (error) {
    const wire =
      error instanceof Error && 'data' in error ? WireError.safeParse(error.data) : undefined;
    if (wire?.success === true) return fromWire(wire.data);
    throw error;
  }
}

/** What a run says that it ended with; `undefined` where there is no run, or it says nothing. */
export async function errorOfRun(app: TestApp, runId: string): Promise<RunDetail['error']> {
  return runId === '' ? null : (await app.client.run.get({ runId })).error;
}

/** An error says what happened and what to do, and is none that only its author understands. */
export function expectForOperators(
  error: Pick<OperatorError, 'code' | 'message' | 'hint'>,
  codes: readonly ErrorCode[],
): void {
  expect(codes, `${error.code}: ${error.message}`).toContain(error.code);
  expect(error.message).toMatch(/^\S.{15,}\S$/s);
  expect(error.hint).toMatch(/^\S.{10,}\S$/s);
  expect(`${error.message} ${error.hint}`).not.toMatch(/undefined|\[object|NaN/);
}

/** Whatever happened: no content is gone, none was replaced, and no row points at nothing. */
export async function expectNothingLost(site: Worksite, work: Work): Promise<void> {
  const world = await site.world();
  const kept = [...Object.values(world.objects), ...(await site.quarantined())];
  if (work.contentIn === 'anywhere') kept.push(...site.originals());
  const rows = JSON.stringify(world.files);
  for (const [key, content] of Object.entries(site.before.objects)) {
    const standing = world.objects[key];
    expect(kept, `the content of ${key}`).toContain(content);
    expect([undefined, content], `what stands at ${key}`).toContain(standing);
    if (work.dangling === 'never' && standing === undefined) expect(rows).not.toContain(key);
  }
  for (const backup of site.backups())
    expect(JSON.parse(backup), 'a finished backup').toMatchObject({
      files: { length: site.before.files.length },
    });
  expect(world.files).toHaveLength(site.before.files.length);
  expect(world.records).toHaveLength(site.before.records.length);
}

/** Starts or resumes a run until it has succeeded; a fault that is gone may cost one resume. */
async function settled(app: TestApp, runId: string): Promise<void> {
  const found = await app.client.run.get({ runId });
  if (found.state === 'planned') await start(app, runId);
  else if (found.state !== 'succeeded') await app.resume(runId);
  const { state, error, counts } = await app.client.run.get({ runId });
  expect({ state, error }).toEqual({ state: 'succeeded', error: null });
  expect(counts).toMatchObject({ done: counts.planned, drifted: 0, failed: 0 });
}

async function expectRolledBack(
  site: Worksite,
  app: TestApp,
  run: { readonly runId: string; readonly mode: Mode },
): Promise<void> {
  const { runId, mode } = run;
  const contents = Object.values(site.before.objects).toSorted();
  expect(await app.client.run.verify({ runId })).toMatchObject({ passed: true });
  const after = await site.world();
  if (mode === 'r2-only') expect(after.files).toEqual(site.before.files);
  else expect(JSON.stringify(after.files)).not.toMatch(/[mp]\d+-\d+\//);
  if (mode === 'database-only') expect(after.objects).toEqual(site.before.objects);
  else
    expect({ ...after.objects, kept: (await site.quarantined()).toSorted() }).toEqual({
      kept: contents,
    });

  const undo: PlanSummary = await app.planUndo(runId);
  expect(await app.run(undo)).toMatchObject({ state: 'succeeded' });
  expectAsBefore(site, await site.world());
}

/** Rows and objects bit for bit; a quarantine is kept until it is purged. */
function expectAsBefore(site: Worksite, world: World): void {
  const { quarantined: _now, ...is } = world;
  const { quarantined: _then, ...was } = site.before;
  expect(is).toEqual(was);
}
