import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../../support/migration/a-postgres-migration.ts';
import { resumeInChild, startInChild } from '../../support/migration/in-child.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const server = aPostgresServer();
const added = ['r2_key', 'migrated_at', 'migration_status', 'migration_batch_id', 'checksum'];

let r2: TestR2;
let database: TestDatabase;
let migration: PostgresMigration;
let app: TestApp;
let schemaBefore: unknown;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  database = await server().createDatabase();
  migration = await aPostgresMigration(r2, database, [{ id: 'a' }, { id: 'b' }]);
  await database.run(`
    ALTER TABLE migration_batches RENAME TO file_migration_batches;
    ALTER TABLE file_migrations RENAME TO file_migration_records;
    CREATE TABLE kept AS SELECT id, r2_key, checksum FROM files;
    ALTER TABLE files RENAME TO "Saved Files";
    ALTER TABLE "Saved Files" DROP r2_key, DROP checksum;
    CREATE INDEX by_user ON "Saved Files" (user_id)`);
  schemaBefore = await schemaNow();
  await database.run(`
    ALTER TABLE "Saved Files" ADD r2_key text, ADD migrated_at timestamp, ADD migration_status text,
      ADD migration_batch_id text, ADD checksum text;
    UPDATE "Saved Files" f SET r2_key = k.r2_key, checksum = k.checksum, migrated_at = now(), migration_status = 'completed',
      migration_batch_id = (SELECT batch_id FROM file_migration_records r WHERE r.file_id = f.id)
      FROM kept k WHERE k.id = f.id;
    DROP TABLE kept`);
  app = await openApp(migration.env());
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

function schemaNow(): Promise<unknown> {
  return database.run(`
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_attribute a
    WHERE a.attrelid = '"Saved Files"'::regclass AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT indexdef, NULL, NULL FROM pg_indexes WHERE tablename = 'Saved Files' ORDER BY 1`);
}

async function rolledBackAndPurged(): Promise<void> {
  const rollback = await app.run(await app.plan({ full: true }));
  await app.run(await app.planPurge(rollback.runId));
}

function blockersOf(plan: PlanSummary): readonly string[] {
  return plan.findings.filter(({ severity }) => severity === 'blocker').map(({ code }) => code);
}

describe('dropping the columns of a saved-file migration in PostgreSQL', () => {
  test('leaves schema, indexes and rows as before the migration', async () => {
    await rolledBackAndPurged();

    const plan = await app.planDrop();
    const run = await app.run(plan);

    expect(plan.columnDrop?.columns[1]).toEqual({
      name: 'migrated_at',
      dropSql: 'ALTER TABLE "public"."Saved Files" DROP COLUMN "migrated_at" RESTRICT',
      inverseSql:
        'ALTER TABLE "public"."Saved Files" ADD COLUMN migrated_at timestamp without time zone',
    });
    expect(run).toMatchObject({ state: 'succeeded', counts: { planned: 5, done: 5 } });
    expect(run.verification).toMatchObject({ passed: true });
    expect(await schemaNow()).toEqual(schemaBefore);
    expect(await app.client.run.verify({ runId: run.runId })).toMatchObject({ passed: true });
  });

  test('has SQL that adds the columns again', async () => {
    await rolledBackAndPurged();
    const withColumns = await schemaNow();
    const { plan } = await app.run(await app.planDrop());

    for (const { inverseSql } of plan.columnDrop?.columns ?? []) await database.run(inverseSql);

    expect(await schemaNow()).toEqual(withColumns);
  });

  test('is refused while rows have values in the columns', async () => {
    const plan = await app.planDrop();

    expect(blockersOf(plan)).toEqual(added.map(() => 'column-in-use'));
    expect((await errorOf(app.run(plan))).code).toBe('PLAN_BLOCKED');
  });

  test('is refused while a rollback can be undone, unless that is given up with a reason', async () => {
    await app.run(await app.plan({ full: true }));

    expect(blockersOf(await app.planDrop())).toEqual(['undo-possible']);
    const accepted = await app.planDrop([{ code: 'gives-up-undo', reason: 'nobody needs it' }]);
    expect(await app.run(accepted)).toMatchObject({ state: 'succeeded' });
  });

  test.each([
    ['CREATE VIEW shown AS SELECT id, r2_key FROM "Saved Files"', 'view shown'],
    ['CREATE INDEX by_key ON "Saved Files" (user_id, r2_key)', 'index by_key'],
    ['ALTER TABLE "Saved Files" ADD CHECK (checksum <> id)', 'constraint'],
    [
      'ALTER TABLE "Saved Files" ADD twice text GENERATED ALWAYS AS (checksum || checksum) STORED',
      'twice',
    ],
    ['CREATE STATISTICS together ON r2_key, checksum FROM "Saved Files"', 'together'],
    [
      `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.checksum := NULL; RETURN NEW; END';
       CREATE TRIGGER noted BEFORE INSERT ON "Saved Files" FOR EACH ROW EXECUTE FUNCTION note()`,
      'trigger noted',
    ],
  ])('names what depends on a column: %s', async (statement, dependent) => {
    await rolledBackAndPurged();
    await database.run('CREATE VIEW harmless AS SELECT id, filename FROM "Saved Files"');
    await database.run(statement);

    const plan = await app.planDrop();

    const blockers = plan.findings.filter(({ code }) => code === 'column-depended-on');
    expect(blockers.map(({ message }) => message).join('\n')).toContain(dependent);
    expect(blockers.map(({ message }) => message).join('\n')).not.toContain('harmless');
  });

  test('stops at a value that another session was writing when the drop wanted the table', async () => {
    await rolledBackAndPurged();
    const plan = await app.planDrop();
    const killed = await startInChild(migration.env(), plan, 'columns.after-outcome');
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    const other = await database.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE "Saved Files" SET checksum = 'new' WHERE id = 'a'`);
    const committing = setTimeout(() => void other.query('COMMIT'), 1_500);

    const stopped = await app.resume(plan.runId);
    clearTimeout(committing);
    await other.query('COMMIT');
    await other.end();
    await database.run('UPDATE "Saved Files" SET checksum = NULL');
    const finished = await app.resume(plan.runId);

    expect(stopped).toMatchObject({ state: 'failed', error: { code: 'PLAN_STALE' } });
    expect(finished).toMatchObject({ state: 'succeeded', counts: { done: 5 } });
    expect(await schemaNow()).toEqual(schemaBefore);
  });

  test.each(['columns.after-intent', 'columns.after-effect', 'columns.after-outcome'] as const)(
    'is finished after a kill at %s',
    async (point) => {
      await rolledBackAndPurged();
      const plan = await app.planDrop();

      expect(await startInChild(migration.env(), plan, point)).toMatchObject({ signal: 'SIGKILL' });
      expect((await app.client.run.get({ runId: plan.runId })).state).toBe('interrupted');
      const finished = await resumeInChild(migration.env(), plan.runId);

      expect(finished).toMatchObject({ output: 'succeeded' });
      expect(await schemaNow()).toEqual(schemaBefore);
    },
  );
});
