import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type {
  PostgresSession,
  PostgresSessions,
} from '../../../src/main/adapters/postgres/session.ts';
import { postgresEditions } from '../../support/postgres/editions.ts';
import { openTestSessions } from '../../support/postgres/open-test-sessions.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp/start-tcp-proxy.ts';
import { asksFor, postgresWire } from '../../support/tcp/wire.ts';

const isCommit = asksFor(/^COMMIT/);

describe.each(postgresEditions)('a broken connection to PostgreSQL $name', (edition) => {
  const server = aPostgresServer({ edition, durability: 'durable' });
  let database: TestDatabase;
  let proxy: TcpProxy;
  let sessions: PostgresSessions;
  let session: PostgresSession;

  beforeEach(async () => {
    database = await server().createDatabase();
    await database.run('CREATE TABLE t (id bigint PRIMARY KEY)');
    proxy = await startTcpProxy(server().connection, postgresWire);
    const { port } = proxy;
    sessions = openTestSessions({ ...database, connection: { ...database.connection, port } });
    onTestFinished(() => proxy.stop());
    session = await sessions.open('write');
  });

  const insert = (id: number): Promise<void> =>
    session.transaction('write', async () => {
      await session.query('INSERT INTO t VALUES ($1)', [id]);
    });
  const count = async (): Promise<unknown> =>
    (await database.run('SELECT count(*) FROM t'))[0]?.[0];

  test('after COMMIT was carried out leaves its outcome unknown', async () => {
    proxy.use((seen) => (isCommit(seen) ? { kind: 'lose-answer' } : undefined));

    await expect(insert(1)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' });

    expect(await count()).toBe('1');
  });

  test('while COMMIT is on its way leaves its outcome unknown', async () => {
    proxy.use((seen) => (isCommit(seen) ? { kind: 'reset' } : undefined));

    await expect(insert(1)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' });

    await expect.poll(count).toBe('0');
  });

  test('before COMMIT is known to have stored nothing', async () => {
    const work = session.transaction('write', async () => {
      await session.query('INSERT INTO t VALUES (1)');
      proxy.cutAll();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });

    await expect(work).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await expect.poll(count).toBe('0');
  });

  test('is not handed to the next caller', async () => {
    proxy.cutAll();
    await expect(insert(1)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await session.close();

    session = await sessions.open('write');
    await insert(2);

    expect(await count()).toBe('1');
  });

  test('that lay idle is not handed to the next caller either', async () => {
    await session.close();
    proxy.cutAll();
    await new Promise((resolve) => setTimeout(resolve, 50));

    session = await sessions.open('write');
    await insert(1);

    expect(await count()).toBe('1');
  });

  test('by an administrator names what happened', async () => {
    const { rows } = await session.query('SELECT pg_backend_pid()');
    const work = session.query('SELECT pg_sleep(30)');
    const refused = expect(work).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      details: { sqlState: '57P01' },
    });

    await expect
      .poll(() =>
        database.run(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ${String(rows[0]?.[0])} AND query LIKE '%pg_sleep%'`,
        ),
      )
      .toEqual([['t']]);

    await refused;
  });

  test('to a server that is gone says that it cannot be reached', async () => {
    proxy.serve('refuse');

    await expect(sessions.open('read')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });

  test.skipIf(edition.binPath === null)(
    'by SIGKILL of the server loses no stored transaction',
    async () => {
      await insert(1);
      const work = session.transaction('write', async () => {
        await session.query('INSERT INTO t VALUES (2)');
        await server().kill();
      });
      await expect(work).rejects.toMatchObject({
        kind: expect.stringMatching(/unavailable|outcome-unknown/) as string,
      });

      await server().start();

      expect(await count()).toBe('1');
    },
  );
});

describe.each(postgresEditions)('a COMMIT that PostgreSQL $name refuses', (edition) => {
  const server = aPostgresServer({ edition });

  test('is known to have stored nothing', async () => {
    const database = await server().createDatabase();
    await database.run(
      'CREATE TABLE t (id bigint PRIMARY KEY, t bigint REFERENCES t DEFERRABLE INITIALLY DEFERRED)',
    );
    const session = await openTestSessions(database).open('write');

    const work = session.transaction('write', async () => {
      await session.query('INSERT INTO t VALUES (1, 2)');
    });

    await expect(work).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
      details: { sqlState: '23503' },
    });
    expect(await session.query('SELECT count(*) FROM t')).toMatchObject({ rows: [['0']] });
  });

  test('because a statement failed unnoticed is an error', async () => {
    const session = await openTestSessions(await server().createDatabase()).open('write');

    const work = session.transaction('write', async () => {
      await session.query('SELECT 1/0').catch(() => undefined);
    });

    await expect(work).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
  });
});
