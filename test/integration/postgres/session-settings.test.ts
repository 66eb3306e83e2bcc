import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect as connectTo, createServer } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { defaultLimits } from '../../../src/main/adapters/postgres/connection.ts';
import { postgresEditions } from '../../support/postgres/editions.ts';
import { openTestSessions } from '../../support/postgres/open-test-sessions.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';

describe.each(postgresEditions)('settings of a session of PostgreSQL $name', (edition) => {
  const server = aPostgresServer({ edition });
  let database: TestDatabase;

  beforeEach(async () => {
    database = await server().createDatabase();
    await database.run('CREATE TABLE t (id bigint PRIMARY KEY)');
  });

  test('are the same whatever role and database have as default', async () => {
    const role = `"${database.name}"`;
    await database.run(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    for (const [name, value] of Object.entries({
      TimeZone: 'Asia/Kathmandu',
      DateStyle: 'German',
      bytea_output: 'escape',
      extra_float_digits: '-5',
      synchronous_commit: 'off',
      default_transaction_read_only: 'on',
      statement_timeout: '400ms',
    })) {
      await database.run(`ALTER ROLE ${role} SET ${name} = '${value}'`);
    }
    const sessions = openTestSessions(database, {
      user: database.name,
      password: 'x',
      searchPath: 'app, "b c"',
    });
    const session = await sessions.open('write');

    const { rows } = await session.query(
      `SELECT '2026-01-02 03:04:05+00'::timestamptz, '\\x00ff'::bytea, 0.1::float8 + 0.2, pg_sleep(0.6),
        current_setting('synchronous_commit'), current_setting('default_transaction_read_only'),
        current_setting('application_name'), current_setting('search_path'), current_setting('client_encoding')`,
    );

    expect(rows[0]).toEqual([
      '2026-01-02 03:04:05+00',
      '\\x00ff',
      '0.30000000000000004',
      '',
      'on',
      'off',
      'unwind',
      'app, "b c"',
      'UTF8',
    ]);
  });

  test('are set again when a connection is handed out a second time', async () => {
    const sessions = openTestSessions(database);
    const first = await sessions.open('write');
    await first.query("SET TimeZone = 'Asia/Kathmandu'");
    const { rows: firstPid } = await first.query('SELECT pg_backend_pid()');
    await first.close();

    const second = await sessions.open('read');
    const { rows } = await second.query("SELECT current_setting('TimeZone'), pg_backend_pid()");

    expect(rows[0]).toEqual(['UTC', firstPid[0]?.[0]]);
    await expect(second.query('DELETE FROM t')).rejects.toMatchObject({
      code: 'DATABASE_READ_ONLY',
    });
  });

  test('end a wait for a lock, and say so', async () => {
    const holder = await database.connect();
    onTestFinished(() => holder.end());
    await holder.query('BEGIN; LOCK TABLE t');
    const session = await openTestSessions(database, {
      limits: { ...defaultLimits, lockTimeoutMs: 100 },
    }).open('write');

    await expect(session.query('INSERT INTO t VALUES (1)')).rejects.toMatchObject({
      code: 'DATABASE_TIMEOUT',
      details: { sqlState: '55P03' },
    });
  });

  test('end a statement that takes too long, and say so', async () => {
    const session = await openTestSessions(database, {
      limits: { ...defaultLimits, readStatementTimeoutMs: 100 },
    }).open('read');

    await expect(session.query('SELECT pg_sleep(30)')).rejects.toMatchObject({
      code: 'DATABASE_TIMEOUT',
      details: { sqlState: '57014' },
    });
  });

  test('end a transaction that is idle for too long: its locks go, and its caller is told', async () => {
    const session = await openTestSessions(database, {
      limits: { ...defaultLimits, idleInTransactionTimeoutMs: 100 },
    }).open('write');

    const work = session.transaction('write', async () => {
      await session.query('INSERT INTO t VALUES (1)');
      await database.run('SELECT pg_sleep(0.4)');
    });

    await expect(work).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    expect(await database.run('SELECT count(*) FROM t')).toEqual([['0']]);
  });

  test('are refused to a connection pooler, which would keep them for somebody else', async () => {
    const { port } = await startPooler(server().connection.port);

    const opened = openTestSessions({
      ...database,
      connection: { ...database.connection, port },
    }).open('read');

    await expect(opened).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('connection pooler') as string,
    });
  });

  test('are given to a bounded number of sessions; one more waits, and is told why it got none', async () => {
    const sessions = openTestSessions(database, {
      limits: { ...defaultLimits, connectTimeoutMs: 1_000 },
    });
    const open = await Promise.all(Array.from({ length: 6 }, () => sessions.open('read')));

    await expect(sessions.open('read')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });

    await open[0]?.close();
    await expect(sessions.open('read')).resolves.toBeDefined();
  });

  test('carry a password that is asked for, or none', async () => {
    const opened = openTestSessions(database, { password: null }).open('read');
    const wrong = openTestSessions(database, { password: 'wrong' }).open('read');
    const lost = openTestSessions({
      ...database,
      connection: { ...database.connection, database: 'nowhere' },
    });

    await expect(opened).rejects.toMatchObject({ code: 'DATABASE_CREDENTIALS_REJECTED' });
    await expect(wrong).rejects.toMatchObject({ code: 'DATABASE_CREDENTIALS_REJECTED' });
    await expect(lost.open('read')).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
  });

  test('take nothing from the variables of this process', async () => {
    const before = { ...process.env };
    onTestFinished(() => {
      process.env = before;
    });
    Object.assign(process.env, {
      PGOPTIONS: '-c work_mem=77kB',
      PGAPPNAME: 'stray',
      PGPASSWORD: 'stray',
      PGSSLMODE: 'require',
    });
    const session = await openTestSessions(database).open('read');

    const { rows } = await session.query(
      "SELECT current_setting('work_mem'), current_setting('application_name')",
    );

    expect(rows[0]).toEqual(['4MB', 'unwind']);
  });
});

/** A server between client and PostgreSQL that tells the client another backend than the one that serves it, as poolers do. */
async function startPooler(upstreamPort: number): Promise<{ readonly port: number }> {
  const pooler = createServer((client) => {
    const upstream = connectTo(upstreamPort, '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      const key = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (key >= 0) chunk.writeInt32BE(1, key + 5);
      client.write(chunk);
    });
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(pooler, 'listening');
  onTestFinished(() => {
    pooler.close();
  });
  return { port: (pooler.address() as AddressInfo).port };
}
