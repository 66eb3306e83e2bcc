import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../../support/migration/a-postgres-migration.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

/** A session that a test has made wait, or hold. */
export interface TestSession {
  readonly pid: number;
  readonly client: pg.Client;
}

/** Two real sessions on a migration in PostgreSQL: one that holds a row, and one that waits for it. */
export interface BlockedSessions {
  readonly migration: () => PostgresMigration;
  readonly holder: () => TestSession;
  readonly waiter: () => TestSession;
  /** Settles with what became of the statement that waits: `done`, or its SQLSTATE. */
  readonly waited: () => Promise<string>;
  /** The row as it is. */
  readonly checksum: () => Promise<string | null>;
}

/** Registers server, migration and both sessions; new for each test. */
export function blockedSessions(): BlockedSessions {
  const server = aPostgresServer();
  let r2: TestR2;
  let database: TestDatabase;
  let migration: PostgresMigration;
  let holder: TestSession;
  let waiter: TestSession;
  let waited: Promise<string>;

  beforeAll(async () => {
    r2 = await startR2();
  });
  afterAll(() => r2.stop());
  beforeEach(async () => {
    database = await server().createDatabase();
    migration = await aPostgresMigration(r2, database, [{ id: 'a' }, { id: 'b' }]);
    holder = await connect('holder');
    waiter = await connect('waiter');
    await holder.client.query('BEGIN');
    await holder.client.query("UPDATE files SET checksum = 'held' WHERE id = 'a'");
    waited = waiter.client.query("UPDATE files SET checksum = 'waited' WHERE id = 'a'").then(
      () => 'done',
      (error: unknown) => String((error as { readonly code?: string }).code ?? error),
    );
    await untilBlocked();
  });
  afterEach(async () => {
    await holder.client.end();
    await waiter.client.end();
    migration.remove();
  });

  async function connect(name: string): Promise<TestSession> {
    const client = await database.connect();
    await client.query(`SET application_name = '${name}'`);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return { client, pid: rows[0]?.pid ?? 0 };
  }

  async function untilBlocked(): Promise<void> {
    for (;;) {
      const rows = await database.run(
        `SELECT 1 FROM pg_stat_activity WHERE pid = ${String(waiter.pid)} AND wait_event_type = 'Lock'`,
      );
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  return {
    migration: () => migration,
    holder: () => holder,
    waiter: () => waiter,
    waited: () => waited,
    checksum: async () =>
      (await database.run("SELECT checksum FROM files WHERE id = 'a'"))[0]?.[0] ?? null,
  };
}
