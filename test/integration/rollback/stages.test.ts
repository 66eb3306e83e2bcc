import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
  type World,
} from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { propertySettings } from '../../support/migration/property-settings.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const FILES: readonly FileSpec[] = [
  { id: 'a' },
  { id: 'b', status: 'verified' },
  { id: 'c' },
  { id: 'd' },
  { id: 'gone', original: null },
];
const CANARY = [{ files: 2, checkpoint: 'after-canary' }];

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;
let before: World;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  await open(FILES);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function open(files: readonly FileSpec[]): Promise<void> {
  migration = await aMigration(r2, files);
  app = await openApp(migration.env);
  before = await migration.world();
}

async function reopen(files: readonly FileSpec[]): Promise<void> {
  await app.close();
  migration.remove();
  await open(files);
}

function statuses(world: World): readonly unknown[] {
  return world.records.map((record) => (record as { status: string }).status);
}

function keysIn(world: World): readonly string[] {
  return Object.keys(world.objects).map((key) => key.slice(key.indexOf('/') + 1));
}

describe('a canary', () => {
  test('takes its files through every step, verifies them, and waits with the rest untouched', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });

    const world = await migration.world();
    expect(run).toMatchObject({
      state: 'at-checkpoint',
      counts: { planned: 4, done: 2 },
      verification: { passed: true },
      stages: [
        { number: 1, files: 2, state: 'done', checkpoint: 'after-canary' },
        { number: 2, files: 2, state: 'waiting', checkpoint: null },
      ],
    });
    expect(statuses(world)).toEqual([
      'rolled_back',
      'rolled_back',
      'completed',
      'completed',
      'completed',
    ]);
    expect(keysIn(world)).toEqual(['c', 'd', 'gone']);
    expect(world.files.slice(2)).toEqual(before.files.slice(2));
  });

  test('holds no lease while it waits, so that another rollback can be done', async () => {
    await app.run(await app.plan({ full: true }), { stages: CANARY });

    const other = await app.run(await app.plan({ full: true }));

    expect(other).toMatchObject({ state: 'succeeded', counts: { done: 2 } });
  });

  test('ends where one run would have ended, once it goes on', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });

    const ended = await app.resume(run.runId);

    const world = await migration.world();
    expect(ended).toMatchObject({
      state: 'succeeded',
      counts: { planned: 4, done: 4 },
      verification: { passed: true },
      stages: [{ state: 'done' }, { state: 'done' }],
    });
    expect(keysIn(world)).toEqual(['gone']);
    expect(world.batches).toMatchObject([{ completed_files: 1, verified_files: 0 }]);
  });

  test('is taken back bit for bit, and cannot go on afterwards', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });

    const undo = await app.run(await app.planUndo(run.runId));

    expect(undo).toMatchObject({ state: 'succeeded', counts: { planned: 2, done: 2 } });
    expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
    expect(await errorOf(app.client.run.resume({ runId: run.runId }))).toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
      message: expect.stringContaining('was taken back'),
    });
  });

  test('keeps its quarantine until it is decided whether the run goes on', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });

    const error = await errorOf(
      app.client.plan.createPurge({ runId: run.runId }).then((plan) => plan.next()),
    );

    expect(error).toMatchObject({ code: 'RUN_NOT_UNDOABLE' });
  });

  test('of every file is refused, because nothing would be held back', async () => {
    const plan = await app.plan({ full: true });

    const error = await errorOf(app.run(plan, { stages: [{ files: 4 }] }));

    expect(error).toMatchObject({ code: 'USAGE_INVALID', details: { asked: 4, files: 4 } });
    expect(await migration.world()).toEqual(before);
  });
});

describe('a batch', () => {
  test('is not rolled back while a later stage has rows of it', async () => {
    await reopen([{ id: 'a' }, { id: 'b', status: 'failed' }]);
    const run = await app.run(await app.plan({ full: true }), { stages: [{ files: 1 }] });

    const waiting = await migration.world();
    await app.resume(run.runId);

    expect(waiting.batches).toMatchObject([{ status: 'completed', completed_files: 0 }]);
    expect((await migration.world()).batches).toMatchObject([{ status: 'rolled_back' }]);
  });
});

describe('files that share an object', () => {
  test('wait together for the last of them', async () => {
    await reopen([
      { id: 'a', objectName: 'shared', content: 'same' },
      { id: 'b' },
      { id: 'c' },
      { id: 'd', objectName: 'shared', content: 'same' },
    ]);
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });

    const waiting = await migration.world();
    const ended = await app.resume(run.runId);

    expect(statuses(waiting)).toEqual(['completed', 'rolled_back', 'rolled_back', 'completed']);
    expect(keysIn(waiting)).toEqual(['shared']);
    expect(ended).toMatchObject({ state: 'succeeded', counts: { done: 4, drifted: 0 } });
    expect(keysIn(await migration.world())).toEqual([]);
  });
});

describe('what moves while a run waits', () => {
  test('is drift when it is a file of a later stage: left alone, and reported', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });
    migration.sql("UPDATE files SET r2_key = 'moved' WHERE id = 'c'");

    const ended = await app.resume(run.runId);

    expect(ended).toMatchObject({ state: 'partial', counts: { done: 3, drifted: 1 } });
    expect((await migration.world()).files[2]).toMatchObject({ r2_key: 'moved' });
  });

  test('is drift when it is a file of the canary, and the rest is rolled back all the same', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });
    migration.sql("UPDATE files SET r2_key = 'migrated again' WHERE id = 'a'");

    const ended = await app.resume(run.runId);

    expect(ended).toMatchObject({
      state: 'partial',
      counts: { done: 3, drifted: 1 },
      verification: { passed: true },
      decisions: [{ decision: 'hold', sentence: expect.stringContaining('1 of what earlier') }],
    });
    expect(keysIn(await migration.world())).toEqual(['gone']);
  });
});

describe('checkpoints', () => {
  test('say what they stand before and after, and what is true there', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });

    const { checkpoints } = await app.resume(run.runId);

    expect(checkpoints.map(({ name }) => name)).toEqual([
      'before-first-change',
      'after-snapshot',
      'after-rows',
      'after-copies',
      'after-canary',
      'after-rows-of-stage-2',
      'after-copies-of-stage-2',
    ]);
    expect(checkpoints.every(({ label }) => /^(before|after) /.test(label))).toBe(true);
    expect(checkpoints[4]).toMatchObject({ stage: 1, rowsDone: 2, objectsDone: 2, drifted: 0 });
  });

  test('are places to go back to: only what was done after them comes back', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });
    const atCanary = await migration.world();
    await app.resume(run.runId);

    const undo = await app.run(await app.planUndo(run.runId, 'after-canary'));

    const world = await migration.world();
    expect(undo).toMatchObject({ state: 'succeeded', counts: { planned: 2, done: 2 } });
    expect({ ...world, quarantined: [] }).toEqual({ ...atCanary, quarantined: [] });
    expect(await app.client.run.get({ runId: run.runId })).toMatchObject({
      undoneBy: null,
      quarantine: 'kept',
      takenBackTo: { checkpoint: 'after-canary', runId: undo.runId },
    });
  });

  test('leave the rest to be taken back, too, until all is as it was', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });
    await app.resume(run.runId);
    await app.run(await app.planUndo(run.runId, 'after-canary'));

    const rest = await app.run(await app.planUndo(run.runId));

    expect(rest).toMatchObject({ state: 'succeeded', counts: { done: 2 } });
    expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
  });

  test('inside a stage are no place to go back to', async () => {
    const run = await app.run(await app.plan({ full: true }), { stages: CANARY });

    const error = await errorOf(
      app.client.plan
        .createUndo({ runId: run.runId, toCheckpoint: 'after-rows' })
        .then((plan) => plan.next()),
    );

    expect(error).toMatchObject({
      code: 'CHECKPOINT_NOT_FOUND',
      details: { boundaries: ['before-first-change', 'after-canary'] },
    });
  });
});

/** A world without what two runs of the same files may differ in: when they were done, and where their copies lie. */
function worldAfter(runId: string, world: World): unknown {
  const copies = world.quarantined.filter((key) => key.includes(runId));
  const text = JSON.stringify({ ...world, quarantined: copies.length });
  return JSON.parse(text.replaceAll(/"(completed_at|updated_at)":"[^"]*"/g, '"$1":"a moment"'));
}

const aFile = fc.record({
  status: fc.constantFrom('completed', 'verified', 'failed', 'completed'),
  batchId: fc.constantFrom('b-1', 'b-2'),
  objectName: fc.constantFrom(undefined, undefined, 'shared'),
  original: fc.constantFrom(undefined, undefined, undefined, null),
});

const someFiles = fc.array(aFile, { minLength: 3, maxLength: 7 }).map((files) =>
  files.map(
    ({ objectName, original, ...file }, index): FileSpec => ({
      id: `f${String(index)}`,
      ...file,
      ...(objectName === undefined ? {} : { objectName, content: 'same' }),
      ...(original === undefined ? {} : { original }),
    }),
  ),
);

describe('any split into stages', () => {
  test('ends where one run ends, and is undone as one', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(someFiles, sizes, async (files, split) => {
        await reopen(files);
        const plan = await app.plan({ full: true });
        const stages = split.map((size) => ({ files: size }));
        // Files that all share one object, or fewer than the first stage asks for, leave nothing to hold back.
        const isSplit = app.client.plan.stages({ runId: plan.runId, stages });
        fc.pre(await isSplit.then(Boolean, () => false));

        let run = await app.run(plan, { stages });
        while (run.state === 'at-checkpoint') run = await app.resume(run.runId);
        const staged = worldAfter(run.runId, await migration.world());
        await app.run(await app.planUndo(run.runId));
        expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
        const atOnce = await app.run(await app.plan({ full: true }));

        expect(run).toMatchObject({ state: 'succeeded', verification: { passed: true } });
        expect(worldAfter(atOnce.runId, await migration.world())).toEqual(staged);
      }),
      propertySettings({ runs: 5 }),
    );
  }, 240_000);
});
