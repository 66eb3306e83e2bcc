import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function given(...specs: readonly FileSpec[]): Promise<void> {
  migration = await aMigration(r2, specs);
  app = await openApp(migration.env);
}

/** Puts a folder in the place of an original, which nobody can read then; returns what gives it back. */
function blockOriginal(path: string): () => void {
  const place = join(migration.folder, 'originals', path);
  renameSync(place, `${place}.aside`);
  mkdirSync(place);
  return () => {
    rmdirSync(place);
    renameSync(`${place}.aside`, place);
  };
}

describe('rollback', () => {
  test('resets rows, quarantines and removes objects, and closes the batch', async () => {
    await given({ id: 'a' }, { id: 'b', status: 'verified' }, { id: 'other', batchId: 'b-2' });
    const before = await migration.world();

    const run = await app.run(await app.plan({ batchId: 'b-1' }));

    const after = await migration.world();
    expect(run).toMatchObject({
      state: 'succeeded',
      quarantine: 'kept',
      counts: { planned: 2, done: 2 },
    });
    expect(after.files).toMatchObject([
      { id: 'a', r2_key: null, checksum: null },
      { id: 'b', r2_key: null, checksum: null },
      before.files[2],
    ]);
    expect(after.records.slice(0, 2)).toMatchObject([
      { status: 'rolled_back' },
      { status: 'rolled_back' },
    ]);
    expect(after.batches).toMatchObject([
      {
        batch_id: 'b-1',
        status: 'rolled_back',
        completed_files: 0,
        verified_files: 0,
        failed_files: 0,
        total_files: 2,
      },
      before.batches[1],
    ]);
    expect(after.objects).toEqual({ [migration.keyOf('other')]: 'content of other' });
    expect(after.quarantined).toHaveLength(2);
  });

  test('leaves a held file exactly as it is, row and object, and does the rest', async () => {
    await given(
      { id: 'good' },
      { id: 'gone', original: null },
      { id: 'new', object: 'newer content!' },
    );
    const before = await migration.world();

    const run = await app.run(await app.plan({ full: true }));

    const after = await migration.world();
    expect(run.state).toBe('succeeded');
    expect(run.counts).toMatchObject({ planned: 1, done: 1, held: 2, drifted: 0, failed: 0 });
    expect(run.plan.heldByReason).toEqual([
      { reason: 'object-overwritten', count: 1 },
      { reason: 'original-missing', count: 1 },
    ]);
    const untouched = {
      [migration.keyOf('gone')]: 'content of gone',
      [migration.keyOf('new')]: 'newer content!',
    };
    expect(after.objects).toEqual(untouched);
    expect(after.records.slice(0, 1)).toEqual(before.records.slice(0, 1));
    expect(after.records.slice(2)).toEqual(before.records.slice(2));
    expect(after.batches).toMatchObject([{ status: 'completed', completed_files: 2 }]);
  });

  test('resets the row of a shared object and keeps the object for the other row', async () => {
    await given(
      { id: 'mine', objectName: 'shared' },
      { id: 'theirs', batchId: 'b-2', objectName: 'shared', content: 'content of mine' },
    );

    const plan = await app.plan({ batchId: 'b-1' });
    const run = await app.run(plan);

    const after = await migration.world();
    expect(plan.counts).toMatchObject({
      rowsToChange: 1,
      objectsToMove: 0,
      objectsShared: 1,
      held: 0,
    });
    expect(run.state).toBe('succeeded');
    expect(after.files).toMatchObject([
      { id: 'mine', r2_key: null },
      { id: 'theirs', r2_key: migration.keyOf('shared') },
    ]);
    expect(after.objects).toEqual({ [migration.keyOf('shared')]: 'content of mine' });
  });

  test('removes a shared object once when every row that shares it is rolled back', async () => {
    await given(
      { id: 'one', objectName: 'shared', content: 'same' },
      { id: 'two', objectName: 'shared', content: 'same' },
    );

    const run = await app.run(await app.plan({ full: true }));

    expect(run).toMatchObject({
      state: 'succeeded',
      counts: { planned: 2, done: 2, objectsRemoved: 1 },
    });
    expect((await migration.world()).objects).toEqual({});
  });

  test('keeps every object with --database-only, and removes them later with --r2-only', async () => {
    await given({ id: 'a' }, { id: 'b' });

    const rows = await app.run(await app.plan({ full: true, mode: 'database-only' }));
    const between = await migration.world();
    const objects = await app.run(await app.plan({ full: true, mode: 'r2-only' }));

    expect([rows.state, objects.state]).toEqual(['succeeded', 'succeeded']);
    expect(Object.keys(between.objects)).toHaveLength(2);
    expect(between.files).toMatchObject([{ r2_key: null }, { r2_key: null }]);
    expect((await migration.world()).objects).toEqual({});
  });

  test('warns of the rows that --r2-only leaves pointing at nothing', async () => {
    await given({ id: 'a' });

    const plan = await app.plan({ full: true, mode: 'r2-only' });

    expect(plan.counts).toMatchObject({ rowsToChange: 0, objectsToMove: 1 });
    expect(plan.findings).toMatchObject([{ code: 'dangling-rows', severity: 'warning' }]);
  });

  test('rolls failed records back and leaves completed ones alone with --failed-only', async () => {
    await given({ id: 'ok' }, { id: 'broken', status: 'failed', object: 'half of con' });

    const run = await app.run(await app.plan({ batchId: 'b-1', failedOnly: true }));

    const after = await migration.world();
    expect(run.state).toBe('succeeded');
    expect(after.records).toMatchObject([
      { id: 'rec-broken', status: 'rolled_back' },
      { id: 'rec-ok', status: 'completed' },
    ]);
    expect(after.batches).toMatchObject([
      { status: 'completed', completed_files: 1, failed_files: 0 },
    ]);
    expect(after.objects).toEqual({ [migration.keyOf('ok')]: 'content of ok' });
  });

  test('finds nothing left to do when planned again', async () => {
    await given({ id: 'a' }, { id: 'b', status: 'failed' }, { id: 'c', status: 'pending' });
    await app.run(await app.plan({ full: true }));

    const again = await app.plan({ full: true });

    expect(again.steps).toEqual([]);
    expect(again.counts).toMatchObject({ records: 0, rowsToChange: 0, objectsToMove: 0 });
  });
});

describe('undo', () => {
  test('brings rows and objects back bit for bit, content type included', async () => {
    await given(
      { id: 'a' },
      { id: 'b', status: 'verified' },
      { id: 'c', status: 'failed', object: 'half' },
    );
    migration.sql('UPDATE migration_batches SET completed_files = 17, completed_at = 1730628307');
    const before = await migration.world();
    const run = await app.run(await app.plan({ full: true }));

    const undo = await app.run(await app.planUndo(run.runId));

    const after = await migration.world();
    expect(undo).toMatchObject({
      state: 'succeeded',
      counts: { planned: 3, done: 3, objectsRestored: 3 },
    });
    expect({ ...after, quarantined: [] }).toEqual(before);
    expect(await r2.contentTypeOf(migration.keyOf('a'))).toBe('text/plain');
    expect(await app.client.run.get({ runId: run.runId })).toMatchObject({
      quarantine: 'restored',
      undoneBy: undo.runId,
    });
  });

  test('never overwrites an object that was written after the rollback', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const run = await app.run(await app.plan({ full: true }));
    await r2.put({ key: migration.keyOf('a'), body: 'written later' });

    const plan = await app.planUndo(run.runId);
    const undo = await app.run(plan);

    const after = await migration.world();
    expect(plan.heldByReason).toEqual([{ reason: 'newer-object', count: 1 }]);
    expect(undo.state).toBe('succeeded');
    expect(after.objects).toEqual({
      [migration.keyOf('a')]: 'written later',
      [migration.keyOf('b')]: 'content of b',
    });
    expect(after.files).toMatchObject([
      { id: 'a', r2_key: null },
      { id: 'b', r2_key: migration.keyOf('b') },
    ]);
  });

  test('restores no row to an object that its sharer cannot bring back', async () => {
    await given(
      { id: 'one', objectName: 'shared', content: 'same' },
      { id: 'two', objectName: 'shared', content: 'same' },
    );
    const run = await app.run(await app.plan({ full: true }));
    await r2.put({ key: migration.keyOf('shared'), body: 'written later' });

    const plan = await app.planUndo(run.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'newer-object', count: 2 }]);
    expect(plan.steps).toEqual([]);
  });

  test('holds a row that somebody changed after the rollback', async () => {
    await given({ id: 'a' });
    const run = await app.run(await app.plan({ full: true }));
    migration.sql("UPDATE files SET r2_key = 'elsewhere' WHERE id = 'a'");

    const plan = await app.planUndo(run.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'row-moved', count: 1 }]);
    expect(plan.steps).toEqual([]);
  });

  test('makes the first plan possible again', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const first = await app.plan({ full: true });
    const run = await app.run(first);
    await app.run(await app.planUndo(run.runId));

    const again = await app.plan({ full: true });

    expect(again.counts).toEqual(first.counts);
    expect(again.batches).toEqual(first.batches);
  });
});

describe('purge', () => {
  test('removes the quarantine for good, and the rollback can no longer be undone', async () => {
    await given({ id: 'a' });
    const run = await app.run(await app.plan({ full: true }));

    const purge = await app.run(await app.planPurge(run.runId));

    expect(purge.plan.steps[0]).toMatchObject({ name: 'purge-objects', pointOfNoReturn: true });
    expect(purge).toMatchObject({ state: 'succeeded', counts: { objectsRemoved: 1 } });
    expect((await migration.world()).quarantined).toEqual([]);
    expect(await app.client.quarantine.list({})).toEqual({ entries: [] });
    expect((await app.planUndo(run.runId)).heldByReason).toEqual([
      { reason: 'quarantine-missing', count: 1 },
    ]);
  });

  test('believes the copy itself and not what the run file says of it', async () => {
    await given({ id: 'a' });
    const run = await app.run(await app.plan({ full: true }));
    migration.writeOriginal('uploads/a.txt', 'somebody edited the original');
    const file = new Database(run.plan.runFile);
    file
      .prepare('UPDATE item_state SET object_sha256 = ?')
      .run(createHash('sha256').update('somebody edited the original').digest('hex'));
    file.close();

    const plan = await app.planPurge(run.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'original-different', count: 1 }]);
  });

  test('keeps a copy that is the last of its content', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const run = await app.run(await app.plan({ full: true }));
    migration.writeOriginal('uploads/a.txt', 'somebody edited the original');

    const plan = await app.planPurge(run.runId);
    await app.run(plan);

    expect(plan.heldByReason).toEqual([{ reason: 'original-different', count: 1 }]);
    expect((await migration.world()).quarantined).toHaveLength(1);
  });

  test('keeps a copy that became the last of its content after the purge was planned', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const run = await app.run(await app.plan({ full: true }));
    const plan = await app.planPurge(run.runId);
    migration.writeOriginal('uploads/a.txt', 'somebody edited the original');

    const purge = await app.run(plan);

    expect(plan.heldByReason).toEqual([]);
    expect(purge).toMatchObject({ state: 'partial', counts: { done: 1, drifted: 1 } });
    expect((await migration.world()).quarantined).toMatchObject([expect.stringMatching(/\/a$/)]);
    const { items } = await app.client.plan.items({ runId: plan.runId, outcome: 'drifted' });
    expect(items[0]?.outcomeDetail).toContain('the quarantine copy is the last one');
  });

  test('keeps a copy whose original cannot be read for now, until it is resumed', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const run = await app.run(await app.plan({ full: true }));
    const plan = await app.planPurge(run.runId);
    const giveBack = blockOriginal('uploads/a.txt');

    const purge = await app.run(plan);
    giveBack();
    const resumed = await app.resume(plan.runId);

    expect(purge).toMatchObject({ state: 'partial', counts: { done: 1, drifted: 0, failed: 1 } });
    expect(resumed).toMatchObject({ state: 'succeeded', counts: { done: 2, failed: 0 } });
    expect((await migration.world()).quarantined).toEqual([]);
  });
});
