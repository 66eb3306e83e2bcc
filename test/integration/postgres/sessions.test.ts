import { beforeEach, describe, expect, test } from 'vitest';
import { postgresEditions } from '../../support/postgres/editions.ts';
import { openTestSessions } from '../../support/postgres/open-test-sessions.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';

describe.each(postgresEditions)('sessions of PostgreSQL $name', (edition) => {
  const server = aPostgresServer({ edition });
  let database: TestDatabase;

  beforeEach(async () => {
    database = await server().createDatabase();
    await database.run('CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz)');
  });

  test('give every cell as the text that PostgreSQL prints', async () => {
    const session = await openTestSessions(database).open('read');

    const { rows } = await session.query(
      "SELECT 9007199254740993::bigint, true, 0.1::float8, $1::text[], NULL, '2026-01-02 03:04:05.678901+02'::timestamptz",
      [['a', null, 'b"\\,{']],
    );

    expect(rows).toEqual([
      [
        '9007199254740993',
        't',
        '0.1',
        '{a,NULL,"b\\"\\\\,{"}',
        null,
        '2026-01-02 01:04:05.678901+00',
      ],
    ]);
    await session.close();
  });

  test('stream a query a chunk at a time', async () => {
    const session = await openTestSessions(database).open('read');

    const sizes = await session.transaction('read', async () => {
      const found: number[] = [];
      for await (const rows of session.stream('SELECT generate_series(1, $1::int)', [25], 10))
        found.push(rows.length);
      return found;
    });

    expect(sizes).toEqual([10, 10, 5]);
  });

  test('are free for the next query after a stream was left early', async () => {
    const session = await openTestSessions(database).open('read');

    const rest = await session.transaction('read', async () => {
      for await (const rows of session.stream('SELECT generate_series(1, 1000000)', [], 10)) {
        if (rows.length > 0) break;
      }
      return session.query('SELECT 1');
    });

    expect(rest.rows).toEqual([['1']]);
    await expect(session.query('SELECT 1')).resolves.toBeDefined();
  });

  test('keep one state of the database from the first row of a stream to the last', async () => {
    await database.run('INSERT INTO t SELECT generate_series(1, 100)');
    const session = await openTestSessions(database).open('read');

    const found = await session.transaction('read', async () => {
      const ids: (string | null | undefined)[] = [];
      for await (const rows of session.stream('SELECT id FROM t ORDER BY id', [], 40)) {
        ids.push(...rows.map(([id]) => id));
        await database.run('DELETE FROM t');
      }
      ids.push((await session.query('SELECT count(*) FROM t')).rows[0]?.[0]);
      return ids;
    });

    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('100');
  });

  test('stop what the server does for them when they are closed meanwhile', async () => {
    const session = await openTestSessions(database).open('read');
    const sleeping = session.query('SELECT pg_sleep(60)').catch((error: unknown) => error);
    const busy =
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'";
    await expect.poll(() => database.run(busy)).toEqual([['1']]);

    await session.close();

    expect(await sleeping).toMatchObject({
      code: 'DATABASE_TIMEOUT',
      details: { sqlState: '57014' },
    });
    await expect.poll(() => database.run(busy)).toEqual([['0']]);
  });

  test('end with what they hold when they are discarded, and are not handed out again', async () => {
    const sessions = openTestSessions(database);
    const holder = await sessions.open('read');
    const { rows } = await holder.query('SELECT pg_backend_pid()::text, pg_advisory_lock(1)::text');

    await holder.discard();

    const next = await sessions.open('read');
    await expect
      .poll(() => next.query('SELECT pg_try_advisory_lock(1)'))
      .toMatchObject({
        rows: [['t']],
      });
    const { rows: after } = await next.query('SELECT pg_backend_pid()::text');
    expect(after[0]?.[0]).not.toBe(rows[0]?.[0]);
    await next.close();
  });

  test('are refused every write by the server when they were opened for reading', async () => {
    const session = await openTestSessions(database).open('read');

    await expect(session.query('INSERT INTO t VALUES (1)')).rejects.toMatchObject({
      code: 'DATABASE_READ_ONLY',
    });
    expect(await database.run('SELECT count(*) FROM t')).toEqual([['0']]);
  });

  test('store all of a transaction', async () => {
    const session = await openTestSessions(database).open('write');

    await session.transaction('write', async () => {
      await session.query('INSERT INTO t VALUES (1), (2)');
    });

    expect(await database.run('SELECT count(*) FROM t')).toEqual([['2']]);
  });

  test('store nothing of a transaction whose work throws', async () => {
    const session = await openTestSessions(database).open('write');

    const work = session.transaction('write', async () => {
      await session.query('INSERT INTO t VALUES (1)');
      throw new Error('stop');
    });

    await expect(work).rejects.toThrow('stop');
    expect(await database.run('SELECT count(*) FROM t')).toEqual([['0']]);
    expect(await session.query('SELECT 1')).toMatchObject({ rowCount: 1 });
  });
});
