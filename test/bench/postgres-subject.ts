import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceSchema } from '../support/postgres/reference-schema.ts';
import {
  type PostgresServer,
  startPostgres,
  type TestConnection,
  type TestDatabase,
} from '../support/postgres/start-postgres.ts';
import type { BenchSubject, SubjectCopy, SubjectSize } from './bench-subject.ts';
import { isInstalled } from './is-installed.ts';
import { FILES_PER_BATCH } from './seed-rows.ts';

/** Type of the keys of records and files. */
export type KeyType = 'text' | 'uuid';

const TABLES = ['migration_batches', 'file_migrations', 'files'];

/**
 * As a server has it that was just installed, but for two things that would come down on one of two measurements by chance: no
 * checkpoint for the amount of WAL, and no autovacuum.
 */
const SETTINGS = { shared_buffers: '128MB', max_wal_size: '8GB', autovacuum: 'off' };

/**
 * Starts a server that syncs its commits to the disk, and seeds a database: the reference schema with keys of one type, and with the
 * indexes that the schema itself has and no others.
 */
export async function seedPostgres(size: SubjectSize, keyType: KeyType): Promise<BenchSubject> {
  const server = await startPostgres({ durability: 'durable', settings: SETTINGS });
  try {
    const seed = await server.createDatabase();
    await fillPostgres(seed, size, keyType);
    const admin = await server.createDatabase();
    return {
      size,
      copy: () => copyOf({ server, admin, seed: seed.name }),
      remove: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The server makes the rows itself. Cells are those of `seedPairs`; a random key is the MD5 of its number, which has no order either. */
async function fillPostgres(
  database: TestDatabase,
  size: SubjectSize,
  keyType: KeyType,
): Promise<void> {
  for (const statement of referenceSchema) {
    await database.run(keyType === 'text' ? statement : withUuidKeys(statement));
  }
  const key = (prefix: 'file' | 'rec'): string => keyExpression(prefix, size.ids, keyType);
  const rows = `
    SELECT i, lpad(i::text, 10, '0') AS number, 'user-' || i % 977 AS user_id, 'report-' || lpad(i::text, 10, '0') || '.pdf' AS name,
      encode(sha256(convert_to(lpad(i::text, 10, '0'), 'UTF8')), 'hex') AS checksum, ${key('file')} AS file_id, ${key('rec')} AS record_id,
      timestamp '2024-11-03 10:00' + i * interval '40 ms' AS at, 'batch-' || lpad((i / ${String(FILES_PER_BATCH)})::text, 4, '0') AS batch_id
    FROM generate_series(0, ${String(size.files - 1)}) AS i`;
  const objectKey = `'files/' || user_id || '/' || file_id || '/' || name`;
  const at = (offset: string): string => `date_trunc('second', at + interval '${offset}')`;
  await database.run(`
    INSERT INTO files SELECT file_id, name, user_id, ${objectKey}, checksum, ${at('-1 hour')}, ${at('7 s')} FROM (${rows}) AS r;
    INSERT INTO file_migrations SELECT record_id, batch_id, file_id, 'uploads/' || user_id || '/2024/11/' || name, ${objectKey}, checksum, checksum,
      10000 + i % 1000000, 'completed', NULL, ${at('0 s')}, ${at('7 s')}, ${at('0 s')} FROM (${rows}) AS r;
    INSERT INTO migration_batches (id, batch_id, total_files, completed_files, status, started_at, completed_at, created_at)
      SELECT 'row-' || batch_id, batch_id, count(*), count(*), 'completed', min(started_at), max(completed_at), min(created_at)
      FROM file_migrations GROUP BY batch_id`);
  await database.run('VACUUM (FREEZE, ANALYZE)');
}

function withUuidKeys(statement: string): string {
  return statement.includes('TABLE migration_batches')
    ? statement
    : statement
        .replace('id TEXT PRIMARY KEY', 'id UUID PRIMARY KEY')
        .replace('file_id TEXT', 'file_id UUID');
}

function keyExpression(prefix: 'file' | 'rec', ids: SubjectSize['ids'], keyType: KeyType): string {
  if (keyType === 'uuid') {
    return ids === 'random' ? `md5('${prefix}' || i)::uuid` : `lpad(to_hex(i), 32, '0')::uuid`;
  }
  return ids === 'random'
    ? `md5('${prefix}' || i)::uuid::text`
    : `rpad('${prefix}-' || lpad(i::text, 10, '0') || '-0000-', 36, '0')`;
}

async function copyOf({
  server,
  admin,
  seed,
}: {
  readonly server: PostgresServer;
  /** Another database of the server: nobody may be connected to the one that is copied. */
  readonly admin: TestDatabase;
  readonly seed: string;
}): Promise<SubjectCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'unwind-bench-copy-'));
  const connection = { ...server.connection, database: `bench_${randomBytes(6).toString('hex')}` };
  // By file, which ends with a checkpoint: the copy is on the disk before anything is measured.
  await admin.run(`CREATE DATABASE "${connection.database}" TEMPLATE "${seed}" STRATEGY file_copy`);
  return {
    env: {
      POSTGRES_HOST: connection.host,
      POSTGRES_PORT: String(connection.port),
      POSTGRES_DB: connection.database,
      POSTGRES_USER: connection.user,
      POSTGRES_PASSWORD: connection.password,
      UNWIND_HOME: join(folder, 'home'),
    },
    floorArgs: ['postgres', JSON.stringify(connection)],
    dumpCommand: (to) => dumpCommand(server.edition.name, connection, to),
    remove: async () => {
      rmSync(folder, { recursive: true, force: true });
      await admin.run(`DROP DATABASE "${connection.database}" WITH (FORCE)`);
    },
  };
}

/** pg_dump refuses a server that is newer than itself; then psql copies the tables out, which is what pg_dump does for rows. */
function dumpCommand(
  serverMajor: string,
  { host, port, user, password, database }: TestConnection,
  to: string,
): ReturnType<SubjectCopy['dumpCommand']> {
  const env = `PGPASSWORD='${password}' PGHOST='${host}' PGPORT='${String(port)}' PGUSER='${user}' PGDATABASE='${database}'`;
  if (!isInstalled('zstd')) return { missing: 'zstd' };
  if (isInstalled('pg_dump') && majorOf('pg_dump') >= Number.parseInt(serverMajor, 10)) {
    const tables = TABLES.map((table) => `-t ${table}`).join(' ');
    return { command: `${env} pg_dump ${tables} | zstd -q -o '${to}'`, by: 'pg_dump' };
  }
  if (!isInstalled('psql')) return { missing: `pg_dump of PostgreSQL ${serverMajor}, or psql,` };
  const copies = TABLES.map((table) => `-c 'COPY ${table} TO STDOUT'`).join(' ');
  return {
    command: `${env} psql -qX ${copies} | zstd -q -o '${to}'`,
    by: `COPY by psql, as there is no pg_dump of PostgreSQL ${serverMajor},`,
  };
}

function majorOf(program: string): number {
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' });
  return Number.parseInt(/\d+/.exec(version)?.[0] ?? '0', 10);
}
