import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration, type World } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;
let before: World;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [
    { id: 'a' },
    { id: 'b', status: 'verified' },
    { id: 'c', batchId: 'b-2' },
  ]);
  app = await openApp(migration.env);
  before = await migration.world();
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

/** Rolls rows back, objects stay, and gives the id of the snapshot taken before. */
async function rolledBackRows(): Promise<string> {
  const run = await app.run(await app.plan({ full: true, mode: 'database-only' }));
  return run.snapshotId ?? '';
}

describe('restore from a snapshot', () => {
  test('gives every row what the snapshot kept of it, batches too', async () => {
    const snapshotId = await rolledBackRows();

    const run = await app.run(await app.planRestore(snapshotId));

    expect(run).toMatchObject({ state: 'succeeded', verification: { passed: true } });
    expect(await migration.world()).toEqual(before);
  });

  test('takes a snapshot of its own first, by which it is undone', async () => {
    const snapshotId = await rolledBackRows();
    const rolledBack = await migration.world();
    const restored = await app.run(await app.planRestore(snapshotId));
    expect(restored.snapshotId).not.toBe(snapshotId);

    const undo = await app.run(await app.planUndo(restored.runId));

    expect(undo.state).toBe('succeeded');
    expect(await migration.world()).toEqual(rolledBack);
  });

  test('plans nothing where the rows are as the snapshot kept them', async () => {
    const snapshotId = await rolledBackRows();
    await app.run(await app.planRestore(snapshotId));

    const plan = await app.planRestore(snapshotId);

    expect(plan.counts).toMatchObject({ rowsToChange: 0, untouched: 3, held: 0 });
    expect(plan.steps).toEqual([]);
  });

  test('restores one batch and leaves the others alone', async () => {
    const snapshotId = await rolledBackRows();
    const rolledBack = await migration.world();

    await app.run(await app.planRestore(snapshotId, 'b-2'));

    const world = await migration.world();
    expect(world.records).toEqual([...rolledBack.records.slice(0, 2), before.records[2]]);
    expect(world.batches).toEqual([rolledBack.batches[0], before.batches[1]]);
  });

  test('leaves a row alone that moved after the plan, and says so', async () => {
    const plan = await app.planRestore(await rolledBackRows());
    migration.sql("UPDATE file_migrations SET status = 'pending' WHERE id = 'rec-a'");

    expect(await errorOf(app.run(plan))).toMatchObject({ code: 'PLAN_STALE' });
  });

  test('holds a row whose object is in a quarantine, and names the undo as the way', async () => {
    const run = await app.run(await app.plan({ full: true }));

    const plan = await app.planRestore(run.snapshotId ?? '');

    expect(plan.heldByReason).toEqual([{ reason: 'object-in-quarantine', count: 3 }]);
    const { items } = await app.client.plan.items({ runId: plan.runId, verdict: 'held' });
    expect(items[0]?.held?.detail).toContain(run.runId);
    expect(items[0]?.held?.fix).toContain('unwind undo');
  });

  test('holds a row whose object is nowhere', async () => {
    const snapshotId = await rolledBackRows();
    await r2.remove(migration.keyOf('a'));

    const run = await app.run(await app.planRestore(snapshotId));

    expect(run.plan.heldByReason).toEqual([{ reason: 'object-missing', count: 1 }]);
    expect(run).toMatchObject({ state: 'succeeded', counts: { done: 2, held: 1 } });
    expect((await migration.world()).batches).toMatchObject([
      { batch_id: 'b-1', completed_files: 1, status: 'completed' },
      { batch_id: 'b-2', completed_files: 1, status: 'completed' },
    ]);
  });

  test('holds a row whose object holds something else by now', async () => {
    const snapshotId = await rolledBackRows();
    await r2.put({ key: migration.keyOf('a'), body: 'CONTENT OF a', contentType: 'text/plain' });

    const plan = await app.planRestore(snapshotId);

    expect(plan.heldByReason).toEqual([{ reason: 'object-overwritten', count: 1 }]);
  });

  test('inserts no row that is gone, and its verification agrees', async () => {
    const snapshotId = await rolledBackRows();
    migration.sql("DELETE FROM file_migrations WHERE id = 'rec-a'");
    migration.sql("DELETE FROM files WHERE id = 'b'");

    const run = await app.run(await app.planRestore(snapshotId));

    expect(run.plan.heldByReason).toEqual([{ reason: 'row-gone', count: 2 }]);
    expect(run).toMatchObject({ state: 'succeeded', verification: { passed: true } });
    expect((await migration.world()).records).toHaveLength(2);
  });

  test('holds a row whose id means another file now', async () => {
    const snapshotId = await rolledBackRows();
    migration.sql("UPDATE file_migrations SET source_path = 'other.txt' WHERE id = 'rec-a'");

    const plan = await app.planRestore(snapshotId);

    expect(plan.heldByReason).toEqual([{ reason: 'record-differs', count: 1 }]);
  });

  test('names the columns that it does not write and that differ', async () => {
    const snapshotId = await rolledBackRows();
    migration.sql("UPDATE files SET filename = 'renamed.txt' WHERE id = 'a'");

    const plan = await app.planRestore(snapshotId);

    expect(plan.findings).toContainEqual(
      expect.objectContaining({
        code: 'other-columns-differ',
        message: expect.stringContaining('files.filename in 1') as string,
      }),
    );
    await app.run(plan);
    expect((await migration.world()).files[0]).toMatchObject({ filename: 'renamed.txt' });
  });

  test('holds the undo of a restore where the object went meanwhile', async () => {
    const first = await rolledBackRows();
    const restored = await app.run(await app.planRestore(first));
    const back = await app.run(await app.planRestore(restored.snapshotId ?? ''));
    await r2.remove(migration.keyOf('a'));

    const undo = await app.planUndo(back.runId);

    expect(undo.heldByReason).toEqual([{ reason: 'object-missing', count: 1 }]);
  });

  test('warns of a later run whose changes it takes back', async () => {
    const snapshotId = await rolledBackRows();
    const later = await app.run(await app.planRestore(snapshotId, 'b-2'));

    const plan = await app.planRestore(snapshotId);

    expect(plan.findings).toContainEqual(
      expect.objectContaining({
        code: 'later-runs',
        message: expect.stringContaining(later.runId) as string,
      }),
    );
  });

  test('settles the debt of rows that point at their objects again', async () => {
    const snapshotId = await rolledBackRows();
    expect((await app.client.debt.list({})).debts).toMatchObject([{ state: 'open', openCount: 3 }]);

    await app.run(await app.planRestore(snapshotId));

    expect((await app.client.debt.list({})).debts).toMatchObject([{ state: 'closed' }]);
  });

  test('restores from a backup in the format of the reference, with a warning', async () => {
    await rolledBackRows();
    const { snapshots } = await app.client.snapshot.list({});
    const backup = snapshots.find(({ kind }) => kind === 'backup');

    const run = await app.run(await app.planRestore(backup?.snapshotId ?? ''));

    expect(run.plan.findings.map(({ code }) => code)).toContain('values-not-hashed');
    expect(run.state).toBe('succeeded');
    expect(await migration.world()).toEqual(before);
  });
});
