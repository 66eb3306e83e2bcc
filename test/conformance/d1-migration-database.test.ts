import { afterAll, beforeAll } from 'vitest';
import { openReadOnly } from '../../src/main/adapters/d1/connection.ts';
import { openD1Database } from '../../src/main/adapters/d1/d1-database.ts';
import { settle } from '../../src/main/adapters/d1/errors.ts';
import { aD1File } from '../support/d1/d1-file.ts';
import { type MiniflareD1, startMiniflareD1 } from '../support/d1/miniflare-d1.ts';
import { describeMigrationDatabase } from './migration-database.suite.ts';
import type { FreshDatabase } from './migration-subject.ts';

describeMigrationDatabase('a D1 file made by hand', () => {
  const { path, connection, insert } = aD1File();
  return Promise.resolve(
    freshDatabase(path, {
      execute: (sql) => settle({ doing: 'Preparing', path }, () => void connection.exec(sql)),
      insert: (table, rows) =>
        settle({ doing: 'Preparing', path }, () => {
          connection.transaction(insert)(table, rows);
        }),
    }),
  );
});

let miniflare: MiniflareD1;
beforeAll(async () => {
  miniflare = await startMiniflareD1(100);
});
afterAll(() => miniflare.dispose());

describeMigrationDatabase('a D1 file that a live workerd writes', async () => {
  const live = await miniflare.nextDatabase();
  return freshDatabase(live.path, live);
});

function freshDatabase(
  path: string,
  { execute, insert }: Pick<FreshDatabase, 'execute' | 'insert'>,
): FreshDatabase {
  return {
    database: openD1Database({ path }),
    execute,
    insert,
    createHarmlessUpdateTrigger: async (table, name) => {
      await execute('CREATE TABLE IF NOT EXISTS noted (what TEXT)');
      await execute(
        `CREATE TRIGGER ${name} AFTER UPDATE ON ${table} BEGIN INSERT INTO noted VALUES ('x'); END`,
      );
    },
    createTouchingTrigger: (name) =>
      execute(
        `CREATE TRIGGER ${name} AFTER UPDATE OF r2_key ON files BEGIN
         UPDATE files SET updated_at = '2000-01-01 00:00:00' WHERE id = NEW.id; END`,
      ),
    dropTrigger: (name) => execute(`DROP TRIGGER ${name}`),
    attemptWriteOnReadOnlySession: () =>
      settle({ doing: 'Writing to', path }, () => {
        const session = openReadOnly({ path, busyTimeoutMs: 100 });
        try {
          session.exec("UPDATE file_migrations SET status = 'x'");
        } finally {
          session.close();
        }
      }),
  };
}
