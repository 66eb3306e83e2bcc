import { onTestFinished } from 'vitest';
import { openPostgresDatabase } from '../../src/main/adapters/postgres/postgres-database.ts';
import { postgresEditions } from '../support/postgres/editions.ts';
import { insertRows } from '../support/postgres/insert-rows.ts';
import { openTestSessions } from '../support/postgres/open-test-sessions.ts';
import { referenceSchema } from '../support/postgres/reference-schema.ts';
import { aPostgresServer, type PostgresServer } from '../support/postgres/start-postgres.ts';
import { describeMigrationDatabase } from './migration-database.suite.ts';
import type { FreshDatabase } from './migration-subject.ts';

for (const edition of postgresEditions) {
  const server = aPostgresServer({ edition });
  describeMigrationDatabase(`PostgreSQL ${edition.name}`, () => freshDatabase(server()));
}

async function freshDatabase(server: PostgresServer): Promise<FreshDatabase> {
  const database = await server.createDatabase();
  const client = await database.connect();
  onTestFinished(() => client.end());
  const execute = async (sql: string): Promise<void> => {
    await client.query(sql);
  };
  for (const statement of referenceSchema) await execute(statement);
  const sessions = openTestSessions(database);

  const createTrigger = async (name: string, table: string, body: string): Promise<void> => {
    await execute(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$`,
    );
    await execute(
      `CREATE TRIGGER ${name} BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
    );
  };
  return {
    database: openPostgresDatabase({ sessions }),
    execute,
    insert: (table, rows) => insertRows(client, table, rows),
    createHarmlessUpdateTrigger: async (table, name) => {
      await execute('CREATE TABLE IF NOT EXISTS noted (what TEXT)');
      await createTrigger(name, table, `INSERT INTO noted VALUES ('x');`);
    },
    createTouchingTrigger: (name) =>
      createTrigger(name, 'files', `NEW.updated_at := '2000-01-01 00:00:00';`),
    dropTrigger: (name, table) => execute(`DROP TRIGGER ${name} ON ${table}`),
    attemptWriteOnReadOnlySession: async () => {
      const session = await sessions.open('read');
      try {
        return await session.query(`UPDATE file_migrations SET status = 'x'`);
      } finally {
        await session.close();
      }
    },
  };
}
