import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../../support/migration/a-postgres-migration.ts';
import { savedFileStatements } from '../../support/migration/as-saved-files.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const server = aPostgresServer();
let r2: TestR2;
let database: TestDatabase;
let migration: PostgresMigration;
let app: TestApp | undefined;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  await app?.close();
  app = undefined;
  migration.remove();
});

/** The rows of the three tables, every cell as text. */
async function rows(): Promise<readonly unknown[]> {
  const tables = ['file_migration_batches', 'file_migration_records', 'list_cutter_savedfile'];
  return Promise.all(tables.map((table) => database.run(`SELECT * FROM ${table} ORDER BY id`)));
}

describe.each(['whole', 'sparse'] as const)(
  'saved files on PostgreSQL with %s records',
  (records) => {
    test('are rolled back, verified and restored by the undo, under the lease', async () => {
      database = await server().createDatabase();
      migration = await aPostgresMigration(r2, database, [
        { id: 'a' },
        { id: 'b', status: 'verified' },
        { id: 'broken', status: 'failed' },
      ]);
      for (const statement of savedFileStatements(records)) await database.run(statement);
      app = await openApp(migration.env());
      const before = await rows();

      const done = await app.run(await app.plan({ full: true }));

      expect(done).toMatchObject({
        state: 'succeeded',
        counts: { planned: 3, done: 3, drifted: 0 },
      });
      expect(
        await database.run(`SELECT count(*) FROM list_cutter_savedfile
        WHERE num_nonnulls(r2_key, migrated_at, migration_status, migration_batch_id, checksum) > 0`),
      ).toEqual([['0']]);
      expect(await app.client.run.verify({ runId: done.runId })).toMatchObject({ passed: true });

      const undone = await app.run(await app.planUndo(done.runId));

      expect(undone).toMatchObject({ state: 'succeeded', counts: { drifted: 0 } });
      expect(await rows()).toEqual(before);
    });
  },
);
