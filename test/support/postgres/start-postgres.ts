import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type ClusterOptions, makeCluster } from './cluster.ts';
import { defaultEdition, type PostgresEdition } from './editions.ts';

/** How to reach a database as its superuser. */
export interface TestConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** One fresh database of a test server. */
export interface TestDatabase {
  readonly name: string;
  readonly connection: TestConnection;
  /** Runs statements as superuser on a connection of their own; gives the rows of the last one with every cell as text. */
  run(sql: string): Promise<readonly (readonly (string | null)[])[]>;
  /** A connection as superuser that the caller ends. */
  connect(): Promise<pg.Client>;
}

/** A running PostgreSQL server. */
export interface PostgresServer {
  readonly edition: PostgresEdition;
  readonly connection: TestConnection;
  /** Folder of its Unix socket; `null` where it has none. */
  readonly socketFolder: string | null;
  createDatabase(): Promise<TestDatabase>;
  /** What the server has logged since it was made. */
  log(): string;
  /** Ends it as an administrator does (fast shutdown) and starts it again on the same port. */
  restart(): Promise<void>;
  /** Ends it with SIGKILL, postmaster and backends, like a lost machine; `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts a server; the caller stops it. With UNWIND_TEST_POSTGRES_URL it uses that one, which cannot be ended or given flags. */
export async function startPostgres(
  options: ClusterOptions & { readonly edition?: PostgresEdition } = {},
): Promise<PostgresServer> {
  const edition = options.edition ?? defaultEdition;
  return edition.binPath === null
    ? givenServer(edition)
    : ownServer(edition, edition.binPath, options);
}

/** A server that lives as long as the test file. Call it at the top of a `describe`; the answer is there from `beforeAll` on. */
export function aPostgresServer(
  options: ClusterOptions & { readonly edition?: PostgresEdition } = {},
): () => PostgresServer {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres(options);
  });
  afterAll(async () => {
    await server?.stop();
  });
  return () => {
    if (server === undefined) throw new Error('The server starts in beforeAll.');
    return server;
  };
}

async function ownServer(
  edition: PostgresEdition,
  binPath: string,
  options: ClusterOptions,
): Promise<PostgresServer> {
  const cluster = await makeCluster(binPath, options);
  const connection: TestConnection = {
    host: '127.0.0.1',
    port: cluster.port,
    user: 'postgres',
    password: cluster.password,
    database: 'postgres',
  };
  return {
    edition,
    connection,
    socketFolder: cluster.socketFolder,
    createDatabase: () => createDatabase(connection),
    log: cluster.log,
    restart: async () => {
      await cluster.end('SIGINT');
      await cluster.start();
    },
    kill: cluster.kill,
    start: cluster.start,
    stop: cluster.remove,
  };
}

function givenServer(edition: PostgresEdition): Promise<PostgresServer> {
  const url = new URL(process.env.UNWIND_TEST_POSTGRES_URL ?? '');
  const connection: TestConnection = {
    host: url.hostname,
    port: Number(url.port === '' ? '5432' : url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1) || 'postgres',
  };
  const made: string[] = [];
  const refuse = (): Promise<never> =>
    Promise.reject(new Error('The server of UNWIND_TEST_POSTGRES_URL is not ours to end.'));
  return Promise.resolve({
    edition,
    connection,
    socketFolder: null,
    createDatabase: async () => {
      const database = await createDatabase(connection);
      made.push(database.name);
      return database;
    },
    log: () => '',
    restart: refuse,
    kill: refuse,
    start: refuse,
    stop: async () => {
      for (const name of made) await runOn(connection, `DROP DATABASE "${name}" WITH (FORCE)`);
    },
  });
}

async function createDatabase(server: TestConnection): Promise<TestDatabase> {
  const name = `unwind_${randomBytes(6).toString('hex')}`;
  await runOn(server, `CREATE DATABASE "${name}" TEMPLATE template0`);
  const connection = { ...server, database: name };
  return {
    name,
    connection,
    run: (sql) => runOn(connection, sql),
    connect: () => connect(connection),
  };
}

async function runOn(connection: TestConnection, sql: string): ReturnType<TestDatabase['run']> {
  const client = await connect(connection);
  try {
    const answer = await client.query<(string | null)[]>({
      text: sql,
      rowMode: 'array',
      types: { getTypeParser: () => (cell: string) => cell },
    });
    const results: unknown = answer;
    const last: unknown = Array.isArray(results) ? results.at(-1) : results;
    return (last as typeof answer).rows;
  } finally {
    await client.end();
  }
}

async function connect(connection: TestConnection): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, ssl: false, application_name: 'unwind-test' });
  // A server that a test ends breaks idle connections; without a listener that would end the test process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
