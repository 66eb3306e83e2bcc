import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import {
  firstUnits,
  startTcpProxy,
  type TcpFault,
  type TcpProxy,
} from '../../support/tcp/start-tcp-proxy.ts';
import { asksFor, postgresWire } from '../../support/tcp/wire.ts';

const server = aPostgresServer();
let database: TestDatabase;
let proxy: TcpProxy;

beforeEach(async () => {
  database = await server().createDatabase();
  await database.run('CREATE TABLE t (a text)');
  proxy = await startTcpProxy(server().connection, postgresWire);
});

afterEach(() => proxy.stop());

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ ...database.connection, port: proxy.port, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function commitUnder(fault: TcpFault): Promise<unknown> {
  proxy.use(firstUnits(1, fault, asksFor(/^COMMIT/)));
  const client = await connect();
  await client.query('BEGIN');
  await client.query('INSERT INTO t VALUES ($1)', ['x']);
  return client.query('COMMIT').then(
    () => 'answered',
    (error: unknown) => error,
  );
}

async function rows(): Promise<number> {
  return (await database.run('SELECT * FROM t')).length;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('TCP proxy before PostgreSQL', () => {
  test('passes simple and extended queries', async () => {
    const client = await connect();

    const { rows: found } = await client.query('SELECT $1::text AS a', ['x'.repeat(100_000)]);
    await client.end();

    expect(found).toEqual([{ a: 'x'.repeat(100_000) }]);
  });

  test('cuts before a COMMIT: it is not applied and its answer is lost', async () => {
    expect(await commitUnder({ kind: 'cut' })).toBeInstanceOf(Error);
    expect(await rows()).toBe(0);
  });

  test('cuts after a COMMIT: it is applied and its answer is lost', async () => {
    expect(await commitUnder({ kind: 'lose-answer' })).toBeInstanceOf(Error);
    expect(await rows()).toBe(1);
  });

  test('delivers a COMMIT late: it is applied after the client has given up', async () => {
    expect(await commitUnder({ kind: 'deliver-late', delayMs: 200 })).toBeInstanceOf(Error);
    expect(await rows()).toBe(0);
    await until(async () => (await rows()) === 1);
  });

  test('finds a statement of the extended protocol by its text', async () => {
    proxy.use(firstUnits(1, { kind: 'lose-answer' }, asksFor(/^INSERT/)));
    const client = await connect();

    const insert = client.query('INSERT INTO t VALUES ($1)', ['x']);

    await expect(insert).rejects.toThrow();
    expect(await rows()).toBe(1);
  });
});
