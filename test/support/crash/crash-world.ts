import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { aMigration, type FileSpec } from '../migration/a-migration.ts';
import { aPostgresMigration } from '../migration/a-postgres-migration.ts';
import type { PostgresServer, TestDatabase } from '../postgres/start-postgres.ts';
import type { TestR2 } from '../r2/start-r2.ts';

/** A row of a tracking table, as the database's own tools print it. */
export type Row = Readonly<Record<string, unknown>>;

/** Everything that a run may touch, seen from outside Unwind. */
export interface Seen {
  readonly batches: readonly Row[];
  readonly records: readonly Row[];
  readonly files: readonly Row[];
  /** Content by key, the quarantine left out. */
  readonly objects: Readonly<Record<string, string>>;
  /** Content of quarantine copies by key. */
  readonly copies: Readonly<Record<string, string>>;
  /** Content of the originals. */
  readonly originals: readonly string[];
}

/** A small migration that processes are killed over. */
export interface CrashWorld {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  look(): Promise<Seen>;
  /** Whether nobody holds the lease, within the time that a server may need to notice a death. */
  leaseIsFree(): Promise<boolean>;
  remove(): Promise<void>;
}

const TABLES = {
  batches: 'migration_batches',
  records: 'file_migrations',
  files: 'files',
} as const;
const QUARANTINE = '.unwind-quarantine/';
/** The server reads of a dead process from its socket, not by asking: a moment is enough. */
const NOTICED_WITHIN_MS = 5_000;

/** Makes a world on a D1 file. */
export async function crashWorldOnD1(r2: TestR2, specs: readonly FileSpec[]): Promise<CrashWorld> {
  const migration = await aMigration(r2, specs);
  const { databasePath, home, env } = migration;
  const prefix = migration.keyOf('');

  function rowsOf(table: string): readonly Row[] {
    const database = new Database(databasePath, { readonly: true });
    try {
      return database.prepare<[], Row>(`SELECT * FROM ${table} ORDER BY id`).all();
    } finally {
      database.close();
    }
  }

  return {
    home,
    env,
    look: async () => ({
      batches: rowsOf(TABLES.batches),
      records: rowsOf(TABLES.records),
      files: rowsOf(TABLES.files),
      ...(await objectsOf(r2, prefix)),
      originals: originalsOf(migration.folder),
    }),
    leaseIsFree: () => Promise.resolve(isUnlocked(`${databasePath}.unwind-lease`)),
    remove: async () => {
      await removeObjects(r2, prefix);
      migration.remove();
    },
  };
}

/** Whether SQLite's write lock on a file can be had. A file that was never made is locked by nobody. */
function isUnlocked(path: string): boolean {
  if (!existsSync(path)) return true;
  const database = new Database(path, { fileMustExist: true, timeout: 0 });
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return true;
  } catch {
    return false;
  } finally {
    database.close();
  }
}

/** Makes a world in a fresh database of a server. */
export async function crashWorldOnPostgres(
  places: { readonly r2: TestR2; readonly server: PostgresServer },
  specs: readonly FileSpec[],
): Promise<CrashWorld> {
  const { r2, server } = places;
  const database = await server.createDatabase();
  const migration = await aPostgresMigration(r2, database, specs);
  const rowsOf = async (table: string): Promise<readonly Row[]> => {
    const rows = await database.run(`SELECT to_jsonb(t) FROM ${table} AS t ORDER BY id`);
    return rows.map(([row]) => JSON.parse(row ?? 'null') as Row);
  };
  return {
    home: migration.home,
    env: migration.env(),
    look: async () => ({
      batches: await rowsOf(TABLES.batches),
      records: await rowsOf(TABLES.records),
      files: await rowsOf(TABLES.files),
      ...(await objectsOf(r2, migration.keyOf(''))),
      originals: originalsOf(migration.folder),
    }),
    leaseIsFree: () => holdsNoLock(database),
    remove: async () => {
      await removeObjects(r2, migration.keyOf(''));
      migration.remove();
      await dropDatabase(server, database);
    },
  };
}

async function dropDatabase(server: PostgresServer, { name }: TestDatabase): Promise<void> {
  const client = new pg.Client({ ...server.connection, ssl: false });
  await client.connect();
  try {
    await client.query(`DROP DATABASE "${name}" WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

async function holdsNoLock(database: TestDatabase): Promise<boolean> {
  const client = await database.connect();
  const untilMs = performance.now() + NOTICED_WITHIN_MS;
  try {
    while (performance.now() < untilMs) {
      const { rowCount } = await client.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      if (rowCount === 0) return true;
    }
    return false;
  } finally {
    await client.end();
  }
}

async function objectsOf(r2: TestR2, prefix: string): Promise<Pick<Seen, 'objects' | 'copies'>> {
  const read = async (keys: readonly string[]): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries(
      await Promise.all(keys.map(async (key) => [key, (await r2.read(key)) ?? ''] as const)),
    );
  return {
    objects: await read(await r2.keys(prefix)),
    copies: await read(await copiesOf(r2, prefix)),
  };
}

async function copiesOf(r2: TestR2, prefix: string): Promise<readonly string[]> {
  return (await r2.keys(QUARANTINE)).filter((key) => key.includes(prefix));
}

async function removeObjects(r2: TestR2, prefix: string): Promise<void> {
  const keys = [...(await r2.keys(prefix)), ...(await copiesOf(r2, prefix))];
  await Promise.all(keys.map((key) => r2.remove(key)));
}

function originalsOf(folder: string): readonly string[] {
  return readdirSync(join(folder, 'originals'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
