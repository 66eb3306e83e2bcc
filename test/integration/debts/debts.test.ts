import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Debt } from '../../../src/shared/domain/debt.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import type { Scope } from '../../../src/shared/domain/scope.ts';
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

async function rolledBack(
  mode: Scope['mode'],
  scope: Partial<Scope> = { full: true },
): Promise<RunDetail> {
  const run = await app.run(await app.plan({ ...scope, mode }));
  expect(run.error).toBeNull();
  return run;
}

async function planClose(runId: string): Promise<PlanSummary> {
  for await (const event of await app.client.debt.createClose({ runId })) {
    if (event.kind === 'created') return event.plan;
  }
  throw new Error('Planning ended without a plan.');
}

async function debts(): Promise<readonly Debt[]> {
  return (await app.client.debt.list({})).debts;
}

describe('the debt of a rollback of rows only', () => {
  test('is opened with each object that stays, and closed when they are gone', async () => {
    await given({ id: 'a' }, { id: 'b', status: 'verified' }, { id: 'gone', original: null });
    const rows = await rolledBack('database-only');
    const open = await debts();

    const run = await app.run(await planClose(rows.runId));

    expect(open).toMatchObject([
      { runId: rows.runId, kind: 'orphan-objects', state: 'open', itemCount: 2, openCount: 2 },
    ]);
    expect(run).toMatchObject({ state: 'succeeded', counts: { planned: 2, done: 2 } });
    expect(run.verification?.passed).toBe(true);
    expect(run.plan).toMatchObject({ kind: 'rollback', subjectRunId: rows.runId, findings: [] });
    const world = await migration.world();
    expect(world.objects).toEqual({ [migration.keyOf('gone')]: 'content of gone' });
    expect(world.quarantined).toHaveLength(2);
    expect(await debts()).toMatchObject([
      { runId: rows.runId, state: 'closed', openCount: 0, closedBy: run.runId },
    ]);
  });

  test('is closed from the run file although the database has lost the keys', async () => {
    await given({ id: 'a' });
    const rows = await rolledBack('database-only');
    migration.sql('UPDATE file_migrations SET target_r2_key = NULL');

    const run = await app.run(await planClose(rows.runId));

    expect(run.state).toBe('succeeded');
    expect((await migration.world()).objects).toEqual({});
  });

  test('keeps an object whose original is gone: it is the last copy', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const rows = await rolledBack('database-only');
    migration.writeOriginal('uploads/a.txt', 'somebody edited the original');

    const plan = await planClose(rows.runId);
    await app.run(plan);

    expect(plan.heldByReason).toEqual([{ reason: 'original-different', count: 1 }]);
    expect(await debts()).toMatchObject([{ state: 'open', openCount: 1, itemCount: 2 }]);
    expect(Object.keys((await migration.world()).objects)).toEqual([migration.keyOf('a')]);
  });

  test('keeps a file in the debt whose row has moved since', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const rows = await rolledBack('database-only');
    migration.sql("UPDATE files SET r2_key = ? WHERE id = 'a'", migration.keyOf('a'));

    const plan = await planClose(rows.runId);
    const run = await app.run(plan);

    expect(plan.heldByReason).toEqual([{ reason: 'row-moved', count: 1 }]);
    expect(run.state).toBe('succeeded');
    expect(Object.keys((await migration.world()).objects)).toEqual([migration.keyOf('a')]);
    const { items } = await app.client.debt.get({ runId: rows.runId });
    expect(items).toMatchObject([
      { recordId: 'rec-a', state: 'open' },
      { recordId: 'rec-b', state: 'closed', settledBy: run.runId },
    ]);
  });

  test('keeps an object that its row has come to need between plan and run', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const rows = await rolledBack('database-only');
    const plan = await planClose(rows.runId);
    migration.sql("UPDATE files SET r2_key = ? WHERE id = 'a'", migration.keyOf('a'));

    const run = await app.run(plan);

    expect(run).toMatchObject({ state: 'partial', counts: { done: 1, drifted: 1 } });
    expect(Object.keys((await migration.world()).objects)).toEqual([migration.keyOf('a')]);
    expect(await debts()).toMatchObject([{ state: 'open', openCount: 1 }]);
  });

  test('counts an object that another row needs as settled', async () => {
    await given(
      { id: 'mine', objectName: 'shared' },
      { id: 'theirs', batchId: 'b-2', objectName: 'shared', content: 'content of mine' },
    );
    const rows = await rolledBack('database-only', { batchId: 'b-1' });

    const plan = await planClose(rows.runId);

    expect(plan).toMatchObject({ steps: [], counts: { objectsShared: 1, objectsToMove: 0 } });
    expect(await debts()).toMatchObject([{ state: 'closed', closedBy: plan.runId }]);
    expect(Object.keys((await migration.world()).objects)).toHaveLength(1);
  });

  test('keeps an object in the debt that stays for a held file only', async () => {
    await given(
      { id: 'one', objectName: 'shared', content: 'same' },
      { id: 'two', objectName: 'shared', content: 'same' },
    );
    const rows = await rolledBack('database-only');
    migration.writeOriginal('uploads/one.txt', 'somebody edited the original');

    const plan = await planClose(rows.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'original-different', count: 1 }]);
    expect(await debts()).toMatchObject([{ state: 'open', openCount: 1 }]);
    const { items } = await app.client.debt.get({ runId: rows.runId });
    expect(items).toMatchObject([
      { recordId: 'rec-one', state: 'open' },
      { recordId: 'rec-two', state: 'closed' },
    ]);
  });

  test('keeps what somebody has written at the key of a broken upload since', async () => {
    await given({ id: 'broken', status: 'failed', object: 'half' });
    const rows = await rolledBack('database-only');
    // R2 tells whole seconds in some answers.
    await setTimeout(1_100);
    await r2.put({ key: migration.keyOf('broken'), body: 'written later' });

    const plan = await planClose(rows.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'object-overwritten', count: 1 }]);
    expect(plan.steps).toEqual([]);
  });

  test('removes the broken upload of a failed record', async () => {
    await given({ id: 'broken', status: 'failed', object: 'half' });
    const rows = await rolledBack('database-only');

    const run = await app.run(await planClose(rows.runId));

    expect(run).toMatchObject({ state: 'succeeded', counts: { done: 1 } });
    expect((await migration.world()).objects).toEqual({});
    expect(await debts()).toMatchObject([{ state: 'closed' }]);
  });

  test('is closed by the undo of the run', async () => {
    await given({ id: 'a' });
    const before = await migration.world();
    const rows = await rolledBack('database-only');

    const undo = await app.run(await app.planUndo(rows.runId));

    expect(await debts()).toMatchObject([{ state: 'closed', closedBy: undo.runId }]);
    expect(await migration.world()).toEqual(before);
  });

  test('is reduced by a later run that removes some of the objects', async () => {
    await given({ id: 'a' }, { id: 'b', batchId: 'b-2' });
    await rolledBack('database-only');

    await rolledBack('r2-only', { batchId: 'b-2' });

    expect(await debts()).toMatchObject([{ state: 'open', itemCount: 2, openCount: 1 }]);
  });

  test('is open again when the run that closed it is undone', async () => {
    await given({ id: 'a' });
    const rows = await rolledBack('database-only');
    const closing = await app.run(await planClose(rows.runId));

    const refused = await errorOf(app.client.plan.createUndo({ runId: rows.runId }));
    await app.run(await app.planUndo(closing.runId));

    expect(refused).toMatchObject({ code: 'RUN_NOT_UNDOABLE' });
    expect(refused.hint).toContain(closing.runId);
    expect(await debts()).toMatchObject([{ state: 'open', openCount: 1 }]);
    expect((await app.planUndo(rows.runId)).counts.rowsToChange).toBe(1);
  });

  test('keeps its run from being undone while the run that closes it has died halfway', async () => {
    await given({ id: 'a' });
    const rows = await rolledBack('database-only');
    const closing = await app.run(await planClose(rows.runId));
    const file = new Database(join(migration.home, 'runs', `${closing.runId}.unwind`));
    file.exec("UPDATE run SET state = 'running', finished_at = NULL");
    file.close();
    rmSync(join(migration.home, 'workspace.sqlite'));

    const refused = await errorOf(app.client.plan.createUndo({ runId: rows.runId }));

    expect(refused).toMatchObject({
      code: 'RUN_NOT_UNDOABLE',
      details: { settledBy: closing.runId },
    });
  });

  test('keeps an undo that was planned before the objects went from running after it', async () => {
    await given({ id: 'a' });
    const rows = await rolledBack('database-only');
    const undo = await app.planUndo(rows.runId);
    const closing = await app.run(await planClose(rows.runId));

    const refused = await errorOf(app.run(undo));

    expect(refused).toMatchObject({
      code: 'RUN_NOT_UNDOABLE',
      details: { settledBy: closing.runId },
    });
    expect((await migration.world()).files).toMatchObject([{ r2_key: null }]);
  });

  test('is closed by looking where somebody else has removed the objects', async () => {
    await given({ id: 'a' });
    const rows = await rolledBack('database-only');
    await r2.remove(migration.keyOf('a'));

    const plan = await planClose(rows.runId);

    expect(plan.steps).toEqual([]);
    expect(await debts()).toMatchObject([{ state: 'closed', closedBy: plan.runId }]);
    const again = await errorOf(app.client.debt.createClose({ runId: rows.runId }));
    expect(again).toMatchObject({ code: 'DEBT_CLOSED' });
  });
});

describe('the debt of a rollback of objects only', () => {
  test('is opened with each row that stays, and closed when they are reset', async () => {
    await given(
      { id: 'a' },
      { id: 'b', status: 'failed', object: 'half' },
      { id: 'c', batchId: 'b-2' },
    );
    const objects = await rolledBack('r2-only', { batchId: 'b-1' });
    const open = await debts();

    const run = await app.run(await planClose(objects.runId));

    expect(open).toMatchObject([
      { kind: 'dangling-rows', state: 'open', openCount: 2, openBytes: 'content of a'.length + 4 },
    ]);
    expect(run).toMatchObject({ state: 'succeeded', counts: { done: 2 } });
    expect(run.plan.findings).toEqual([]);
    const world = await migration.world();
    expect(world.files.slice(0, 2)).toMatchObject([{ r2_key: null }, { r2_key: null }]);
    expect(world.records).toMatchObject([
      { status: 'rolled_back' },
      { status: 'rolled_back' },
      { status: 'completed' },
    ]);
    expect(world.batches[0]).toMatchObject({ status: 'rolled_back', completed_files: 0 });
    expect(await debts()).toMatchObject([{ state: 'closed', closedBy: run.runId }]);
  });

  test('holds every row that shared an object', async () => {
    await given(
      { id: 'one', objectName: 'shared', content: 'same' },
      { id: 'two', objectName: 'shared', content: 'same' },
    );
    const objects = await rolledBack('r2-only');
    const open = await debts();

    await app.run(await planClose(objects.runId));

    expect(open).toMatchObject([{ openCount: 2 }]);
    expect(await debts()).toMatchObject([{ state: 'closed' }]);
    expect((await migration.world()).files).toMatchObject([{ r2_key: null }, { r2_key: null }]);
  });

  test('keeps a row whose object somebody has written anew', async () => {
    await given({ id: 'a' });
    const objects = await rolledBack('r2-only');
    await r2.put({ key: migration.keyOf('a'), body: 'written later' });

    const plan = await planClose(objects.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'object-overwritten', count: 1 }]);
    expect(await debts()).toMatchObject([{ state: 'open' }]);
  });

  test('keeps a row that has moved since', async () => {
    await given({ id: 'a' });
    const objects = await rolledBack('r2-only');
    migration.sql("UPDATE files SET r2_key = 'elsewhere'");

    const plan = await planClose(objects.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'row-moved', count: 1 }]);
  });

  test('keeps a row whose original is gone', async () => {
    await given({ id: 'a' });
    const objects = await rolledBack('r2-only');
    migration.writeOriginal('uploads/a.txt', 'somebody edited the original');

    const plan = await planClose(objects.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'original-different', count: 1 }]);
  });

  test('is closed by the undo of the run, and leaves none where rows were reset before', async () => {
    await given({ id: 'a' });
    const objects = await rolledBack('r2-only');
    const undo = await app.run(await app.planUndo(objects.runId));
    expect(await debts()).toMatchObject([{ state: 'closed', closedBy: undo.runId }]);

    const rows = await rolledBack('database-only');
    const rest = await rolledBack('r2-only');

    expect(await debts()).toMatchObject([
      { runId: rows.runId, state: 'closed', closedBy: rest.runId },
      { runId: objects.runId, state: 'closed' },
    ]);
  });
});

describe('the ledger', () => {
  test('holds nothing for a rollback of both halves', async () => {
    await given({ id: 'a' });
    await rolledBack('both');

    expect(await debts()).toEqual([]);
  });

  test('is made again from the run files when it is lost', async () => {
    await given({ id: 'a' }, { id: 'b', batchId: 'b-2' });
    const rows = await rolledBack('database-only');
    await rolledBack('r2-only', { batchId: 'b-2' });
    const before = await debts();

    rmSync(join(migration.home, 'workspace.sqlite'));

    expect(await debts()).toEqual(before);
    expect(before).toMatchObject([{ runId: rows.runId, openCount: 1 }]);
  });

  test('says which run left nothing open', async () => {
    await given({ id: 'a' });
    const run = await rolledBack('both');

    const error = await errorOf(app.client.debt.get({ runId: run.runId }));

    expect(error).toMatchObject({ code: 'DEBT_NOT_FOUND' });
  });
});
