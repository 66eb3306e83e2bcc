import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration, type World } from '../support/migration/a-migration.ts';
import { type ChildEnd, resumeInChild, startInChild } from '../support/migration/in-child.ts';
import { openApp, type TestApp } from '../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const FILES = [{ id: 'a' }, { id: 'b', status: 'verified' }, { id: 'c' }, { id: 'd' }] as const;
const KILLED = { signal: 'SIGKILL' };
const STAGES = [2];
/** Up to five processes one after the other, on a machine that may be busy. */
const MINUTES = 180_000;

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;
let before: World;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, FILES);
  app = await openApp(migration.env);
  before = await migration.world();
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function statuses(): Promise<readonly unknown[]> {
  const { records } = await migration.world();
  return records.map((record) => (record as { status: string }).status);
}

function resume(runId: string, crashAt?: string): Promise<ChildEnd> {
  return resumeInChild(migration.env, runId, crashAt);
}

const AFTER_STAGE_1 = ['rolled_back', 'rolled_back', 'completed', 'completed'];
const AFTER_ALL = ['rolled_back', 'rolled_back', 'rolled_back', 'rolled_back'];

describe('a rollback that is killed in its first stage', { timeout: MINUTES }, () => {
  test.each([
    'run.after-begin',
    'rows.after-effect',
    'quarantine.after-copy',
    'run.before-verification',
    'checkpoint.before-write',
  ])('at %s goes on in that stage, and waits after it', async (point) => {
    const plan = await app.plan({ full: true });
    expect(await startInChild(migration.env, plan, point, STAGES)).toMatchObject(KILLED);

    expect(await resume(plan.runId)).toMatchObject({ output: 'at-checkpoint' });

    expect(await statuses()).toEqual(AFTER_STAGE_1);
    expect(Object.keys((await migration.world()).objects)).toEqual(
      ['c', 'd'].map((name) => migration.keyOf(name)),
    );
    expect(await resume(plan.runId)).toMatchObject({ output: 'succeeded' });
    expect(await statuses()).toEqual(AFTER_ALL);
  });
});

describe('a rollback that is killed in its second stage', { timeout: MINUTES }, () => {
  test.each([
    'rows.after-intent',
    'rows.after-outcome',
    'batches.after-effect',
    'quarantine.after-intent',
    'delete.after-effect',
    'run.before-end',
  ])('at %s goes on in the second stage, and can be undone bit for bit', async (point) => {
    const plan = await app.plan({ full: true });
    expect(await startInChild(migration.env, plan, undefined, STAGES)).toMatchObject({
      output: 'at-checkpoint',
    });
    expect(await resume(plan.runId, point)).toMatchObject(KILLED);

    expect(await resume(plan.runId)).toMatchObject({ output: 'succeeded' });

    const world = await migration.world();
    expect(await statuses()).toEqual(AFTER_ALL);
    expect(world.objects).toEqual({});
    expect(world.batches).toMatchObject([{ status: 'rolled_back', completed_files: 0 }]);
    await app.run(await app.planUndo(plan.runId));
    expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
  });

  test('keeps its checkpoints as they were reached, and writes none twice', async () => {
    const plan = await app.plan({ full: true });
    await startInChild(migration.env, plan, 'run.before-end', STAGES);
    await resume(plan.runId);
    await resume(plan.runId, 'delete.after-effect');
    await resume(plan.runId);

    const { checkpoints } = await app.client.run.get({ runId: plan.runId });

    expect(
      checkpoints.map(({ name, rowsDone, objectsDone }) => [name, rowsDone, objectsDone]),
    ).toEqual([
      ['before-first-change', 0, 0],
      ['after-snapshot', 0, 0],
      ['after-rows', 2, 0],
      ['after-copies', 2, 0],
      ['after-stage-1', 2, 2],
      ['after-rows-of-stage-2', 4, 2],
      ['after-copies-of-stage-2', 4, 2],
    ]);
  });
});

describe('an undo of a canary', { timeout: MINUTES }, () => {
  test('closes the run from its beginning on, although it was killed', async () => {
    const plan = await app.plan({ full: true });
    await startInChild(migration.env, plan, undefined, STAGES);
    const undo = await app.planUndo(plan.runId);
    expect(await startInChild(migration.env, undo, 'restore.after-copy')).toMatchObject(KILLED);

    const goingOn = await resume(plan.runId);
    const undone = await resume(undo.runId);

    expect(goingOn.exitCode).not.toBe(0);
    expect(goingOn.output).toContain('has not ended: the run is closed');
    expect(undone).toMatchObject({ output: 'succeeded' });
    expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
  });
});
