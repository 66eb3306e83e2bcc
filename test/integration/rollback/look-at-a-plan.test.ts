import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
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

describe('extent of a scope', () => {
  test('is what the records say, without a look at the bucket', async () => {
    migration = await aMigration(r2, [
      { id: 'a' },
      { id: 'b', status: 'failed' },
      { id: 'c', batchId: 'b-2' },
    ]);
    app = await openApp({ ...migration.env, R2_ENDPOINT: 'http://127.0.0.1:1' });
    const extent = (scope: { batchId?: string; full?: boolean }) =>
      app.client.plan.extent({ scope: { failedOnly: false, full: false, mode: 'both', ...scope } });

    expect((await extent({ full: true })).statuses).toMatchObject([
      { status: 'completed', records: 2 },
      { status: 'failed', records: 1 },
    ]);
    expect((await extent({ batchId: 'b-2' })).statuses).toEqual([
      {
        status: 'completed',
        records: 1,
        bytes: 'content of c'.length,
        recordsWithoutSize: 0,
      },
    ]);
    expect((await extent({ batchId: 'no such batch' })).statuses).toEqual([]);
  });
});

describe('freshness of a plan', () => {
  test('is proved by a look at every row and object that would change', async () => {
    await given({ id: 'a' }, { id: 'b' }, { id: 'untouched', status: 'rolled_back' });
    const before = await migration.world();
    const { runId } = await app.plan({ full: true });

    expect(await app.client.plan.freshness({ runId })).toMatchObject({
      checked: 2,
      movedCount: 0,
      moved: [],
    });
    expect(await migration.world()).toEqual(before);
    expect((await app.client.run.get({ runId })).state).toBe('planned');
  });

  test('names what moved: a row, an object that changed, one that is gone', async () => {
    await given({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' });
    const { runId } = await app.plan({ full: true });
    migration.sql("UPDATE file_migrations SET status = 'verified' WHERE id = 'rec-a'");
    await r2.put({ key: migration.keyOf('b'), body: 'newer' });
    await r2.remove(migration.keyOf('c'));

    const { checked, movedCount, moved } = await app.client.plan.freshness({ runId });

    expect({ checked, movedCount }).toEqual({ checked: 4, movedCount: 3 });
    expect(Object.fromEntries(moved.map(({ recordId, what }) => [recordId, what]))).toEqual({
      'rec-a': expect.stringContaining('row: status verified'),
      'rec-b': expect.stringContaining('was changed at'),
      'rec-c': expect.stringContaining('is gone'),
    });
  });

  test('is not asked of another target', async () => {
    await given({ id: 'a' });
    const { runId } = await app.plan({ full: true });
    const other = await openApp({ ...migration.env, R2_BUCKET_NAME: 'another-bucket' });

    const error = await errorOf(other.client.plan.freshness({ runId }));
    await other.close();

    expect(error.code).toBe('PLAN_TARGET_MISMATCH');
  });
});

describe('SQL of an item', () => {
  test('is what the run would execute; none for a file that is held', async () => {
    await given({ id: 'a' }, { id: 'held', original: null });
    const { runId } = await app.plan({ full: true });
    const { items } = await app.client.plan.items({ runId });
    const sqlOf = async (id: string) => {
      const seq = items.find((item) => item.recordId === `rec-${id}`)?.seq ?? 0;
      return (await app.client.plan.sql({ runId, seq })).statements;
    };

    expect(await sqlOf('held')).toEqual([]);
    const statements = await sqlOf('a');
    expect(statements).toHaveLength(2);
    expect(statements[0]).toMatch(/^UPDATE "file_migrations"\n {2}SET "status" = 'rolled_back'/);
    const database = new Database(migration.databasePath);
    const changes = statements.map((statement) => database.prepare(statement).run().changes);
    database.close();
    expect(changes).toEqual([1, 1]);
    expect((await app.client.plan.freshness({ runId })).movedCount).toBe(1);
  });
});

describe('estimate of a plan', () => {
  test('is none before the first run, and goes by it afterwards', async () => {
    await given({ id: 'a' }, { id: 'b' }, { id: 'c', batchId: 'b-2' });
    const first = await app.plan({ batchId: 'b-1' });
    expect(await app.client.plan.estimate({ runId: first.runId })).toEqual({ estimate: null });
    await app.run(first);

    const second = await app.plan({ batchId: 'b-2' });
    const { estimate } = await app.client.plan.estimate({ runId: second.runId });

    expect(estimate?.basis).toEqual({ runs: 1, files: 2, isOfTarget: true });
    expect(estimate?.expectedMs).toBeGreaterThan(0);
  });

  test('does not go by a run that was stopped at a checkpoint', async () => {
    await given({ id: 'a' }, { id: 'b' }, { id: 'c', batchId: 'b-2' });
    const staged = await app.plan({ batchId: 'b-1' });
    await app.run(staged, { stages: [{ files: 1 }] });
    await app.resume(staged.runId);

    const { runId } = await app.plan({ batchId: 'b-2' });

    expect(await app.client.plan.estimate({ runId })).toEqual({ estimate: null });
  });
});

describe('groups of a plan', () => {
  test('count the files by user, folder and batch, with the bytes of their objects', async () => {
    await given(
      { id: 'a', userId: 'u-1', content: '12345', sourcePath: 'x/a' },
      { id: 'b', userId: 'u-2', content: '123', sourcePath: 'x/b' },
      { id: 'c', userId: 'u-2', original: null, sourcePath: 'y/c' },
    );
    const { runId } = await app.plan({ full: true });

    expect(await app.client.plan.groups({ runId, by: 'folder' })).toEqual({
      total: 2,
      groups: [
        { value: 'x/', files: 2, toChange: 2, held: 0, objectBytes: 8 },
        { value: 'y/', files: 1, toChange: 0, held: 1, objectBytes: 'content of c'.length },
      ],
    });
    const { items, total } = await app.client.plan.items({
      runId,
      group: { by: 'user', value: 'u-2' },
    });
    expect([total, ...items.map((item) => item.recordId).toSorted()]).toEqual([
      2,
      'rec-b',
      'rec-c',
    ]);
  });
});
