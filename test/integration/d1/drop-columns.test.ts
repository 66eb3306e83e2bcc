import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import {
  addColumnsAnew,
  asSavedFiles,
  savedFileRows,
  schemaOf,
} from '../../support/migration/as-saved-files.ts';
import { startInChild } from '../../support/migration/in-child.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const added = ['r2_key', 'migrated_at', 'migration_status', 'migration_batch_id', 'checksum'];

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;
let schemaBefore: string;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b', status: 'verified' }]);
  asSavedFiles(migration, 'whole');
  schemaBefore = addColumnsAnew(migration);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function rolledBackAndPurged(): Promise<void> {
  const rollback = await app.run(await app.plan({ full: true }));
  await app.run(await app.planPurge(rollback.runId));
}

function blockersOf(plan: PlanSummary): readonly string[] {
  return plan.findings.filter(({ severity }) => severity === 'blocker').map(({ code }) => code);
}

describe('dropping the columns of a saved-file migration in D1', () => {
  test('leaves the schema and every row as before the migration', async () => {
    await rolledBackAndPurged();
    const rows = savedFileRows(migration).list_cutter_savedfile;

    const plan = await app.planDrop();
    const run = await app.run(plan);

    expect(plan).toMatchObject({
      kind: 'drop-columns',
      confirmationPhrase: 'drop 5 columns on default',
    });
    expect(plan.columnDrop?.columns.map(({ name }) => name)).toEqual(added);
    expect(run).toMatchObject({ state: 'succeeded', counts: { planned: 5, done: 5 } });
    expect(run.verification).toMatchObject({ passed: true });
    expect(schemaOf(migration)).toBe(schemaBefore);
    const bare = rows?.map((row) =>
      Object.fromEntries(
        Object.entries(row as Record<string, unknown>).filter(([name]) => !added.includes(name)),
      ),
    );
    expect(savedFileRows(migration).list_cutter_savedfile).toEqual(bare);
  });

  test('keeps the schema and the proof that it held nothing in the run file', async () => {
    await rolledBackAndPurged();

    const run = await app.run(await app.planDrop());

    const { markdown } = await app.client.run.report({ runId: run.runId });
    expect(markdown).toContain('Drop of the columns');
    expect(run.plan.columnDrop?.definition).toContain('migration_batch_id');
  });

  test('is verified again later, and finds a column that came back', async () => {
    await rolledBackAndPurged();
    const run = await app.run(await app.planDrop());

    expect(await app.client.run.verify({ runId: run.runId })).toMatchObject({ passed: true });
    migration.sql(run.plan.columnDrop?.columns[0]?.inverseSql ?? '');
    const again = await app.client.run.verify({ runId: run.runId });

    expect(again.checks.filter(({ result }) => result === 'failed')).toMatchObject([
      { name: 'columns', expected: 5, actual: 4, examples: ['r2_key'] },
    ]);
  });

  test('is refused while rows have values in the columns', async () => {
    const plan = await app.planDrop();

    expect(blockersOf(plan)).toEqual(added.map(() => 'column-in-use'));
    expect((await errorOf(app.run(plan))).code).toBe('PLAN_BLOCKED');
  });

  test('is refused while a rollback can be undone, unless that is given up with a reason', async () => {
    await app.run(await app.plan({ full: true }));

    const refused = await app.planDrop();
    const accepted = await app.planDrop([{ code: 'gives-up-undo', reason: 'nobody needs it' }]);

    expect(blockersOf(refused)).toEqual(['undo-possible']);
    expect(blockersOf(accepted)).toEqual([]);
    expect(await app.run(accepted)).toMatchObject({ state: 'succeeded' });
  });

  test('is refused while a run is unfinished, whatever is accepted', async () => {
    const plan = await app.plan({ full: true });
    const killed = await startInChild(migration.env, plan, 'quarantine.after-intent');
    expect(killed).toMatchObject({ signal: 'SIGKILL' });

    const drop = await app.planDrop([{ code: 'gives-up-undo', reason: 'nobody needs it' }]);

    expect(blockersOf(drop)).toEqual(['run-unfinished']);
  });

  test('is refused for tables of the reference schema', async () => {
    const other = await aMigration(r2, [{ id: 'a' }]);
    const otherApp = await openApp(other.env);

    const plan = await otherApp.planDrop();

    expect(blockersOf(plan)).toEqual(['not-saved-file']);
    await otherApp.close();
    other.remove();
  });

  test.each([
    ['CREATE VIEW shown AS SELECT id, r2_key FROM list_cutter_savedfile', 'view shown'],
    ['CREATE INDEX by_key ON list_cutter_savedfile (r2_key)', 'index by_key'],
    [
      'CREATE INDEX by_part ON list_cutter_savedfile (id) WHERE migration_status IS NULL',
      'index by_part',
    ],
    [
      'CREATE TRIGGER noted AFTER UPDATE OF checksum ON list_cutter_savedfile BEGIN SELECT new.checksum; END',
      'trigger noted',
    ],
  ])('names what depends on a column: %s', async (statement, dependent) => {
    await rolledBackAndPurged();
    migration.sql('CREATE VIEW harmless AS SELECT id FROM list_cutter_savedfile');
    migration.sql(statement);

    const plan = await app.planDrop();

    const blockers = plan.findings.filter(({ severity }) => severity === 'blocker');
    expect(blockers).toMatchObject([{ code: 'column-depended-on' }]);
    expect(blockers[0]?.message).toContain(`${dependent} depends`);
  });

  test('is stale once a value was written after the plan was made', async () => {
    await rolledBackAndPurged();
    const plan = await app.planDrop();
    migration.sql("UPDATE list_cutter_savedfile SET checksum = 'new' WHERE id = 'a'");

    const error = await errorOf(app.run(plan));

    expect(error).toMatchObject({ code: 'PLAN_STALE' });
    expect(error.message).toContain('checksum has a value in 1 rows');
  });

  test('is stale once another run of the target began after the plan was made', async () => {
    await rolledBackAndPurged();
    const plan = await app.planDrop();
    migration.sql("UPDATE file_migration_records SET status = 'completed' WHERE file_id = 'a'");
    const rollback = await app.run(await app.plan({ full: true, mode: 'database-only' }));
    expect(rollback.state).toBe('succeeded');

    expect((await errorOf(app.run(plan))).code).toBe('PLAN_STALE');
  });

  test('stops at a value that was written between two columns, and goes on once it is cleared', async () => {
    await rolledBackAndPurged();
    const plan = await app.planDrop();
    const killed = await startInChild(migration.env, plan, 'columns.after-outcome');
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    migration.sql("UPDATE list_cutter_savedfile SET checksum = 'new' WHERE id = 'a'");

    const stopped = await app.resume(plan.runId);
    const stillThere = schemaOf(migration);
    migration.sql('UPDATE list_cutter_savedfile SET checksum = NULL');
    const finished = await app.resume(plan.runId);

    expect(stopped).toMatchObject({
      state: 'failed',
      counts: { done: 1 },
      error: { code: 'PLAN_STALE' },
    });
    expect(stillThere).toContain('migrated_at');
    expect(finished).toMatchObject({ state: 'succeeded', counts: { done: 5 } });
  });

  test('leaves a database of which status says which run dropped the columns', async () => {
    await rolledBackAndPurged();
    const run = await app.run(await app.planDrop());

    const error = await errorOf(app.client.status.get({}));

    expect(error).toMatchObject({
      code: 'COLUMNS_DROPPED',
      details: { runId: run.runId, columns: added, finishedAt: run.finishedAt },
    });
    expect(error.message).toContain(run.runId);
  });

  test('leaves a database that says which columns it lacks, where no run of it is known', async () => {
    await rolledBackAndPurged();
    await app.run(await app.planDrop());
    const other = await openApp({ ...migration.env, UNWIND_HOME: `${migration.home}-other` });

    const error = await errorOf(other.client.status.get({}));

    expect(error).toMatchObject({ code: 'DATABASE_SCHEMA_MISSING' });
    expect(error.message).toContain('r2_key');
    await other.close();
  });

  test('is not named by a target whose columns are gone in another database', async () => {
    await rolledBackAndPurged();
    await app.run(await app.planDrop());
    rmSync(migration.databasePath);
    migration.sql('CREATE TABLE list_cutter_savedfile (id TEXT PRIMARY KEY)');

    const error = await errorOf(app.client.status.get({}));

    expect(error).toMatchObject({ code: 'DATABASE_SCHEMA_MISSING' });
  });

  test('refuses a value and a dependent under the lock of the drop itself', async () => {
    await rolledBackAndPurged();
    const writer = await openD1Database({ path: migration.databasePath }).openWriter();
    migration.sql("UPDATE list_cutter_savedfile SET checksum = 'new' WHERE id = 'a'");
    migration.sql('CREATE INDEX by_key ON list_cutter_savedfile (r2_key)');

    const result = await writer.dropColumn('r2_key');

    expect(result).toEqual({
      result: 'refused',
      reasons: ['checksum has a value in 1 rows', 'index by_key depends on the columns'],
    });
    await writer.close();
  });
});
