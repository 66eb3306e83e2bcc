import type pg from 'pg';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { postgresActivity } from '../../../src/main/adapters/postgres/activity.ts';
import type { PostgresConnection } from '../../../src/main/adapters/postgres/connection.ts';
import type { DatabaseActivity } from '../../../src/main/core/ports/database-activity.ts';
import type { DatabaseSession } from '../../../src/shared/domain/activity.ts';
import { postgresEditions } from '../../support/postgres/editions.ts';
import { openTestSessions } from '../../support/postgres/open-test-sessions.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';

describe.each(postgresEditions)('activity on PostgreSQL $name', (edition) => {
  const server = aPostgresServer({ edition });
  let database: TestDatabase;

  beforeEach(async () => {
    database = await server().createDatabase();
    await database.run(`CREATE TABLE t (id bigint, part int) PARTITION BY LIST (part);
      CREATE TABLE t1 PARTITION OF t DEFAULT; CREATE TABLE apart (id bigint); INSERT INTO t VALUES (1, 1)`);
  });

  function activityOf(changes: Partial<PostgresConnection> = {}): DatabaseActivity {
    return postgresActivity({
      sessions: openTestSessions(database, changes),
      applicationName: 'unwind',
      findTables: async (session) => {
        const { rows } = await session.query("SELECT 't'::regclass::oid::text");
        return rows.map(([oid]) => oid ?? '');
      },
    });
  }

  async function aClient(): Promise<pg.Client & { readonly pid: number }> {
    const client = await database.connect();
    onTestFinished(() => client.end());
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return Object.assign(client, { pid: rows[0]?.pid ?? 0 });
  }

  /** One session that holds a row, and one that waits for it. */
  async function aBlockedPair() {
    const blocker = await aClient();
    await blocker.query('BEGIN');
    await blocker.query('UPDATE t1 SET id = 2');
    const waiting = await aClient();
    const refused = waiting.query('UPDATE t SET id = 3').catch((error: unknown) => error);
    const activity = activityOf();
    await expect.poll(async () => (await activity.listSessions()).length).toBe(2);
    await expect
      .poll(async () => (await activity.listSessions())[1]?.blockedBy)
      .toEqual([blocker.pid]);
    return { blocker, waiting, refused, activity };
  }

  const find = async (activity: DatabaseActivity, pid: number): Promise<DatabaseSession> => {
    const found = (await activity.listSessions()).find((session) => session.pid === pid);
    if (found === undefined) throw new Error('no such session');
    return found;
  };

  test('lists nobody while nobody works on the tables', async () => {
    const client = await aClient();
    await client.query('BEGIN');
    await client.query('LOCK TABLE apart');

    expect(await activityOf().listSessions()).toEqual([]);
  });

  test('lists who blocks whom, the blocker first, with what it locks and does', async () => {
    const { blocker, waiting, activity } = await aBlockedPair();

    const sessions = await activity.listSessions();

    expect(sessions).toMatchObject([
      {
        pid: blocker.pid,
        user: 'postgres',
        application: 'unwind-test',
        client: '127.0.0.1',
        state: 'idle in transaction',
        statement: 'UPDATE t1 SET id = 2',
        locks: [
          { table: 't', mode: 'AccessShareLock', granted: true },
          { table: 't1', mode: 'RowExclusiveLock', granted: true },
        ],
        blockedBy: [],
        own: false,
      },
      { pid: waiting.pid, state: 'active', blockedBy: [blocker.pid] },
    ]);
    expect(sessions[0]?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(sessions[0]?.transactionSince).toMatch(/Z$/);
  });

  test('marks the sessions of Unwind as its own', async () => {
    const own = await openTestSessions(database).open('write');
    onTestFinished(() => own.close());

    const listed = await own.transaction('write', async () => {
      await own.query('UPDATE t SET id = 4');
      return activityOf().listSessions();
    });

    expect(listed).toMatchObject([{ own: true, application: 'unwind' }]);
  });

  test('cancels the statement of a session and leaves the session', async () => {
    const { waiting, refused, activity } = await aBlockedPair();

    expect(await activity.cancel(await find(activity, waiting.pid), 'statement')).toBe(true);

    expect(await refused).toMatchObject({ code: '57014' });
    await expect(waiting.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
  });

  test('ends a session, so that who waited for it goes on', async () => {
    const { blocker, refused, activity } = await aBlockedPair();

    expect(await activity.cancel(await find(activity, blocker.pid), 'session')).toBe(true);

    expect(await refused).toMatchObject({ rowCount: 1 });
  });

  test('does nothing to a session that began at another moment, although it has the same process id', async () => {
    const { blocker, activity } = await aBlockedPair();
    const { startedAt } = await find(activity, blocker.pid);
    const earlier = startedAt.replace(/^\d{4}/, '2001');

    expect(await activity.cancel({ pid: blocker.pid, startedAt: earlier }, 'session')).toBe(false);

    await expect(blocker.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
  });

  test('says that a session of a stronger role may not be ended', async () => {
    const { blocker, activity } = await aBlockedPair();
    const { startedAt } = await find(activity, blocker.pid);
    await database.run(`CREATE ROLE "${database.name}" LOGIN PASSWORD 'x'`);
    const weak = activityOf({ user: database.name, password: 'x' });

    expect(await find(weak, blocker.pid)).toMatchObject({
      statement: null,
      client: 'hidden',
      startedAt: '',
    });
    await expect(weak.cancel({ pid: blocker.pid, startedAt }, 'session')).rejects.toMatchObject({
      code: 'DATABASE_DENIED',
    });
  });

  test('says that a superuser may not be ended even by a role that sees it', async () => {
    const { blocker, activity } = await aBlockedPair();
    const address = await find(activity, blocker.pid);
    await database.run(
      `CREATE ROLE "${database.name}" LOGIN PASSWORD 'x' IN ROLE pg_monitor, pg_signal_backend`,
    );
    const monitor = activityOf({ user: database.name, password: 'x' });

    await expect(monitor.cancel(address, 'session')).rejects.toMatchObject({
      code: 'DATABASE_DENIED',
    });
  });
});
