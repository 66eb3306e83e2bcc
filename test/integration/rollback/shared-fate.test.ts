import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import {
  type FaultProxy,
  type FaultRule,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let proxy: FaultProxy;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await r2.stop();
});
afterEach(async () => {
  proxy.use(() => undefined);
  await app.close();
  migration.remove();
});

async function given(...specs: readonly FileSpec[]): Promise<void> {
  migration = await aMigration(r2, specs);
  app = await openApp({ ...migration.env, R2_ENDPOINT: proxy.endpoint });
}

/** Adds another record of a file that exists. */
function addRecord(record: {
  readonly id: string;
  readonly of: string;
  readonly key: string;
  readonly sourcePath?: string;
}): void {
  migration.sql(
    `INSERT INTO file_migrations SELECT ?, batch_id, file_id, coalesce(?, source_path), ?, original_checksum, migrated_checksum,
       file_size, status, error_message, started_at, completed_at, created_at FROM file_migrations WHERE id = ?`,
    record.id,
    record.sourcePath ?? null,
    record.key,
    record.of,
  );
}

/** While objects are copied: long after the rows were reset and verified, just before the objects go. */
function onceWhileCopying(act: () => void | Promise<void>): FaultRule {
  let acted = false;
  return async (seen) => {
    if (seen.method !== 'PUT' || acted) return undefined;
    acted = true;
    await act();
    return undefined;
  };
}

/** Answers a batch delete as R2 does when it may not delete a key, and deletes nothing. */
function refusesToDelete(key: string): FaultRule {
  const error = `<Error><Key>${key}</Key><Code>AccessDenied</Code><Message>not yours</Message></Error>`;
  return (seen) =>
    seen.method === 'POST' && seen.path.includes('delete')
      ? { kind: 'answer', status: 200, body: `<DeleteResult>${error}</DeleteResult>` }
      : undefined;
}

describe('object that the bucket refuses to delete', () => {
  test('leaves the run partial, and resume deletes it once it may', async () => {
    await given({ id: 'a' });
    const plan = await app.plan({ full: true });
    proxy.use(refusesToDelete(migration.keyOf('a')));

    const partial = await app.run(plan);
    proxy.use(() => undefined);
    const finished = await app.resume(plan.runId);

    expect(partial).toMatchObject({ state: 'partial', counts: { done: 0, failed: 1 } });
    expect(finished).toMatchObject({ state: 'succeeded', counts: { done: 1, failed: 0 } });
    expect((await migration.world()).objects).toEqual({});
  });
});

describe('file that was migrated twice', () => {
  test('is rolled back by the record that its row follows; the older record is held', async () => {
    await given({ id: 'a' });
    const older = migration.keyOf('older');
    await r2.put({ key: older, body: 'content of a' });
    addRecord({ id: 'rec-0', of: 'rec-a', key: older });

    const run = await app.run(await app.plan({ full: true }));

    expect(run).toMatchObject({
      state: 'succeeded',
      plan: { heldByReason: [{ reason: 'row-points-elsewhere', count: 1 }] },
      verification: { passed: true },
    });
    const world = await migration.world();
    expect(world.files).toMatchObject([{ id: 'a', r2_key: null }]);
    expect(Object.keys(world.objects)).toEqual([older]);
  });

  test('stays as it is when one of its records is held', async () => {
    await given({ id: 'a' });
    addRecord({
      id: 'rec-0',
      of: 'rec-a',
      key: migration.keyOf('a'),
      sourcePath: '../outside.txt',
    });
    const before = await migration.world();

    const plan = await app.plan({ full: true });

    expect(plan.counts).toMatchObject({ rowsToChange: 0, objectsToMove: 0, held: 2 });
    expect(plan.heldByReason).toEqual([
      { reason: 'path-escapes', count: 1 },
      { reason: 'row-claimed', count: 1 },
    ]);
    expect(await migration.world()).toEqual(before);
  });
});

describe('row of the plan that points at its object again while the run is at work', () => {
  test('keeps the object', async () => {
    await given({ id: 'a' });
    const plan = await app.plan({ full: true });
    proxy.use(
      onceWhileCopying(() => {
        migration.sql('UPDATE files SET r2_key = ? WHERE id = ?', migration.keyOf('a'), 'a');
      }),
    );

    const run = await app.run(plan);

    expect(run.counts).toMatchObject({ objectsRemoved: 0, drifted: 1 });
    expect(Object.keys((await migration.world()).objects)).toEqual([migration.keyOf('a')]);
  });
});

describe('undo of a run that left a newer object alone', () => {
  test('restores the row and keeps the newer object', async () => {
    await given({ id: 'a' });
    const before = await migration.world();
    const plan = await app.plan({ full: true });
    proxy.use(onceWhileCopying(() => r2.put({ key: migration.keyOf('a'), body: 'newer' })));
    const partial = await app.run(plan);
    proxy.use(() => undefined);

    const undo = await app.run(await app.planUndo(plan.runId));

    expect(partial).toMatchObject({ state: 'partial', counts: { drifted: 1 } });
    expect(undo).toMatchObject({ state: 'succeeded', counts: { done: 1, held: 0 } });
    const after = await migration.world();
    expect(after.files).toEqual(before.files);
    expect(after.objects).toEqual({ [migration.keyOf('a')]: 'newer' });
  });
});
