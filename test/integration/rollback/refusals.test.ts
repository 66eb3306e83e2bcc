import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { d1Leases } from '../../../src/main/adapters/d1/d1-leases.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import { aMigration, type TestMigration, type World } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;
let plan: PlanSummary;
let before: World;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());

beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
  app = await openApp(migration.env);
  plan = await app.plan({ batchId: 'b-1' });
  before = await migration.world();
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

function startWith(
  change: Partial<{ digest: string; confirmation: string; snapshot: 'take' | 'none' }>,
) {
  return errorOf(
    app.client.run.start({
      runId: plan.runId,
      digest: plan.digest,
      confirmation: plan.confirmationPhrase,
      ...change,
    }),
  );
}

function editPlan(sql: string): void {
  const file = new Database(plan.runFile);
  file.exec(sql);
  file.close();
}

describe('run.start', () => {
  test('refuses a digest that is not the plan’s', async () => {
    expect(await startWith({ digest: '0'.repeat(64) })).toMatchObject({
      code: 'PLAN_DIGEST_MISMATCH',
      exitCode: 6,
    });
    expect(await migration.world()).toEqual(before);
  });

  test('refuses a confirmation that is not typed exactly', async () => {
    expect(await startWith({ confirmation: 'yes' })).toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
      exitCode: 6,
    });
    expect(await migration.world()).toEqual(before);
  });

  test('refuses to go without a snapshot while objects go', async () => {
    expect(await startWith({ snapshot: 'none' })).toMatchObject({
      code: 'BACKUP_REQUIRED',
      exitCode: 6,
    });
    expect(await migration.world()).toEqual(before);
  });

  test('goes without a snapshot when only rows change', async () => {
    const rowsOnly = await app.plan({ full: true, mode: 'database-only' });

    const run = await app.run(rowsOnly, { snapshot: 'none' });

    expect(run).toMatchObject({ state: 'succeeded', snapshotId: null });
  });

  test.each([
    ['a row’s planned value', "UPDATE item SET before_r2_key = 'x' WHERE seq = 1"],
    ['the object to delete', "UPDATE item SET object_key = 'x', facts_key = 'x' WHERE seq = 1"],
    ['a verdict', "UPDATE judgement SET verdict = 'held'"],
    [
      'the judgement of an item',
      "CREATE TEMP TABLE other AS SELECT * FROM judgement WHERE id = 1; UPDATE other SET id = 99, original_detail = 'trust me'; INSERT INTO judgement SELECT * FROM other; UPDATE item SET judgement = 99 WHERE seq = 1",
    ],
    [
      'an item that was added',
      "CREATE TEMP TABLE added AS SELECT * FROM item WHERE seq = 1; UPDATE added SET seq = 99, record_id = record_id || 'x'; INSERT INTO item SELECT * FROM added",
    ],
    ['the steps', `UPDATE plan SET json = json_set(json, '$.steps', json('[]'))`],
    ['the scope', `UPDATE plan SET json = json_set(json, '$.scope.full', json('true'))`],
  ])('refuses a plan file in which %s was edited', async (_what, sql) => {
    editPlan(sql);

    expect(await startWith({})).toMatchObject({ code: 'PLAN_EDITED', exitCode: 9 });
    expect(await migration.world()).toEqual(before);
  });

  test('refuses a plan that was executed before', async () => {
    await app.run(plan);

    expect(await startWith({})).toMatchObject({ code: 'PLAN_ALREADY_EXECUTED', exitCode: 6 });
  });

  test('refuses a plan for another database', async () => {
    const elsewhere = join(migration.folder, 'copy.sqlite');
    copyFileSync(migration.databasePath, elsewhere);
    const other = await openApp({ ...migration.env, D1_LOCAL_PATH: elsewhere });

    const error = await errorOf(
      other.client.run.start({
        runId: plan.runId,
        digest: plan.digest,
        confirmation: plan.confirmationPhrase,
      }),
    );

    expect(error).toMatchObject({ code: 'PLAN_TARGET_MISMATCH', exitCode: 6 });
    expect(await migration.world()).toEqual(before);
    await other.close();
  });

  test('refuses a stale plan, says which row moved, and changes nothing', async () => {
    migration.sql("UPDATE files SET updated_at = '2026-01-01 00:00:00' WHERE id = 'b'");
    before = await migration.world();

    const error = await startWith({});

    expect(error).toMatchObject({
      code: 'PLAN_STALE',
      exitCode: 6,
      details: { movedCount: 1, moved: [{ recordId: 'rec-b' }] },
    });
    expect(await migration.world()).toEqual(before);
  });

  test('refuses a stale plan, says which object moved, and changes nothing', async () => {
    await r2.put({ key: migration.keyOf('a'), body: 'overwritten' });
    before = await migration.world();

    const error = await startWith({});

    expect(error).toMatchObject({
      code: 'PLAN_STALE',
      details: { movedCount: 1, moved: [{ recordId: 'rec-a' }] },
    });
    expect(await migration.world()).toEqual(before);
  });

  test('refuses while another operator holds the target, and says who', async () => {
    const lease = await d1Leases({ path: migration.databasePath }).acquire({
      operator: { user: 'ada', host: 'jump-1', pid: 1, door: 'cli' },
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      at: '2026-11-21T03:00:00.000Z',
    });

    const error = await startWith({});
    await lease.release();

    expect(error).toMatchObject({ code: 'TARGET_LOCKED', exitCode: 7 });
    expect(error.message).toContain('ada');
    expect(await migration.world()).toEqual(before);
  });

  async function planAcceptingTriggers(): Promise<PlanSummary> {
    const events = await app.client.plan.create({
      scope: { batchId: 'b-1', failedOnly: false, full: false, mode: 'both' },
      acceptances: [{ code: 'triggers', reason: 'read: it only counts updates' }],
    });
    for await (const event of events) if (event.kind === 'created') return event.plan;
    throw new Error('Planning ended without a plan.');
  }

  test('refuses a plan with a trigger on the tables until it is accepted with a reason', async () => {
    migration.sql('CREATE TABLE counted (id TEXT)');
    migration.sql(
      'CREATE TRIGGER counts AFTER UPDATE ON files BEGIN INSERT INTO counted VALUES (NEW.id); END',
    );
    plan = await app.plan({ batchId: 'b-1' });

    expect(await startWith({})).toMatchObject({ code: 'PLAN_BLOCKED', exitCode: 6 });
    expect(await migration.world()).toEqual(before);
    expect(await app.run(await planAcceptingTriggers())).toMatchObject({ state: 'succeeded' });
  });

  test('writes nothing where an accepted trigger changes the planned rows themselves', async () => {
    migration.sql(
      'CREATE TRIGGER meddles AFTER UPDATE ON files BEGIN UPDATE files SET updated_at = 1 WHERE id = NEW.id; END',
    );

    const run = await app.run(await planAcceptingTriggers());

    expect(run).toMatchObject({ state: 'failed', error: { code: 'DATABASE_FAILED' } });
    expect(await migration.world()).toEqual(before);
  });
});

describe('plan.create', () => {
  test('says what exists when a batch does not', async () => {
    const error = await errorOf(app.plan({ batchId: 'b-9' }));

    expect(error).toMatchObject({
      code: 'SCOPE_EMPTY',
      exitCode: 2,
      details: { batchIds: ['b-1'] },
    });
  });

  test.each([
    [{ full: true, batchId: 'b-1' }],
    [{ batchId: 'b-1', startDate: '2024-12-01', endDate: '2024-11-01' }],
    [{}],
  ])('refuses the contradictory scope %j', async (scope) => {
    expect(await errorOf(app.plan(scope))).toMatchObject({
      code: 'SCOPE_CONTRADICTORY',
      exitCode: 2,
    });
  });

  test('leaves no run file behind when it fails', async () => {
    const listed = (await app.client.run.list({})).total;

    await errorOf(app.plan({ batchId: 'b-9' }));

    expect((await app.client.run.list({})).total).toBe(listed);
  });

  test('changes nothing in the target', async () => {
    await app.plan({ full: true });

    expect(await migration.world()).toEqual(before);
  });
});

describe('plan.createUndo', () => {
  test('refuses a plan that was never run', async () => {
    expect(await errorOf(app.planUndo(plan.runId))).toMatchObject({
      code: 'RUN_NOT_UNDOABLE',
      exitCode: 6,
    });
  });

  test('refuses the undo of an undo', async () => {
    const run = await app.run(plan);
    const undo = await app.run(await app.planUndo(run.runId));

    expect(await errorOf(app.planUndo(undo.runId))).toMatchObject({ code: 'RUN_NOT_UNDOABLE' });
  });
});

describe('run.resume', () => {
  test('refuses a run that has succeeded', async () => {
    const run = await app.run(plan);

    expect(await errorOf(app.resume(run.runId))).toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
      exitCode: 6,
    });
  });
});

describe('run.verify', () => {
  test('finds a row that was changed after the run', async () => {
    const run = await app.run(plan);
    migration.sql("UPDATE files SET checksum = 'x' WHERE id = 'a'");

    const verification = await app.client.run.verify({ runId: run.runId });

    expect(verification.passed).toBe(false);
    expect(verification.checks.filter((check) => check.result === 'failed')).toMatchObject([
      { name: 'rows', expected: 2, actual: 1, examples: ['rec-a'] },
    ]);
  });

  test('finds a quarantine copy whose content changed although its size did not', async () => {
    const run = await app.run(plan);
    const [copy = ''] = (await migration.world()).quarantined;
    await r2.put({ key: copy, body: 'CONTENT OF A' });

    const verification = await app.client.run.verify({ runId: run.runId });

    expect(verification.checks.filter((check) => check.result === 'failed')).toMatchObject([
      { name: 'quarantined', expected: 2, actual: 1 },
    ]);
  });

  test('finds a restored object whose content changed although its size did not', async () => {
    const run = await app.run(plan);
    const undo = await app.run(await app.planUndo(run.runId));
    await r2.put({ key: migration.keyOf('a'), body: 'CONTENT OF A' });

    const verification = await app.client.run.verify({ runId: undo.runId });

    expect(verification.checks.filter((check) => check.result === 'failed')).toMatchObject([
      { name: 'restored', expected: 2, actual: 1 },
    ]);
  });

  test('does not ask for quarantine copies that were purged', async () => {
    const run = await app.run(plan);
    await app.run(await app.planPurge(run.runId));

    const verification = await app.client.run.verify({ runId: run.runId });

    expect(verification).toMatchObject({ passed: true });
    expect(verification.checks.map((check) => check.name)).not.toContain('quarantined');
  });

  test('finds an object that came back after the run', async () => {
    const run = await app.run(plan);
    await r2.put({ key: migration.keyOf('a'), body: 'content of a' });

    const verification = await app.client.run.verify({ runId: run.runId });

    expect(verification.checks.filter((check) => check.result === 'failed')).toMatchObject([
      { name: 'removed' },
    ]);
  });
});
