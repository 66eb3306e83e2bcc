import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { referenceSchema } from '../d1/reference-schema.ts';
import type { TestR2 } from '../r2/start-r2.ts';

/** One migrated file of a hand-made migration. What is left out is as a healthy migration leaves it. */
export interface FileSpec {
  readonly id: string;
  readonly batchId?: string;
  readonly userId?: string;
  readonly status?: 'completed' | 'verified' | 'failed' | 'pending' | 'rolled_back';
  readonly content?: string;
  /** What stands at the original's place; `null`: nothing. */
  readonly original?: string | null;
  /** What the bucket holds; `null`: no object. */
  readonly object?: string | null;
  /** Name of the object; files that name the same one share it. */
  readonly objectName?: string;
  readonly r2Key?: string | null;
  readonly sourcePath?: string;
  readonly checksum?: 'recorded' | 'none';
}

/** The whole world that a rollback may touch, to compare before with after. */
export interface World {
  readonly batches: readonly unknown[];
  readonly records: readonly unknown[];
  readonly files: readonly unknown[];
  /** Content by key, the quarantine left out. */
  readonly objects: Readonly<Record<string, string>>;
  readonly quarantined: readonly string[];
}

/** A small migration on a hand-made D1 file, a real R2 bucket and originals on disk, with eyes of its own. */
export interface TestMigration {
  readonly folder: string;
  readonly home: string;
  readonly databasePath: string;
  /** Environment that makes it the default target. */
  readonly env: Readonly<Record<string, string>>;
  keyOf(name: string): string;
  /** Runs SQL on a connection of its own. */
  sql(statement: string, ...values: readonly unknown[]): void;
  writeOriginal(path: string, content: string): void;
  world(): Promise<World>;
  remove(): void;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const MIGRATED = new Set(['completed', 'verified']);
let made = 0;

/** Makes the migration. Keys carry a prefix of their own, so that many migrations can share one bucket. */
export async function aMigration(r2: TestR2, specs: readonly FileSpec[]): Promise<TestMigration> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'unwind-migration-')));
  made += 1;
  const prefix = `m${String(process.pid)}-${String(made)}/`;
  const databasePath = join(folder, 'd1.sqlite');
  const originals = join(folder, 'originals');
  mkdirSync(originals);
  const database = new Database(databasePath);
  database.pragma('journal_mode = WAL');
  for (const statement of referenceSchema) database.exec(statement);

  function writeOriginal(path: string, content: string): void {
    mkdirSync(dirname(join(originals, path)), { recursive: true });
    writeFileSync(join(originals, path), content);
  }

  const rows = specs.map((spec) => rowOf(spec, prefix));
  database.transaction(() => {
    for (const row of rows) insertFile(database, row);
    insertBatches(database);
  })();
  database.close();
  for (const { original, sourcePath } of rows)
    if (original !== null && !sourcePath.startsWith('..')) writeOriginal(sourcePath, original);
  // Files may share an object: the content of the last one stands.
  const objects = new Map(
    rows.flatMap(({ key, object }) => (object === null ? [] : [[key, object]])),
  );
  await r2.put(...[...objects].map(([key, body]) => ({ key, body, contentType: 'text/plain' })));

  return {
    folder,
    home: join(folder, 'home'),
    databasePath,
    env: {
      USE_D1_DATABASE: 'true',
      D1_LOCAL_PATH: databasePath,
      R2_BUCKET_NAME: r2.address.bucket,
      R2_ENDPOINT: r2.address.endpoint,
      R2_ACCESS_KEY_ID: r2.address.accessKeyId,
      R2_SECRET_ACCESS_KEY: r2.address.secretAccessKey,
      UNWIND_ORIGINALS: originals,
      UNWIND_HOME: join(folder, 'home'),
    },
    keyOf: (name) => `${prefix}${name}`,
    sql: (statement, ...values) => {
      const connection = new Database(databasePath);
      try {
        connection.prepare(statement).run(...values);
      } finally {
        connection.close();
      }
    },
    writeOriginal,
    world: () => readWorld({ databasePath, prefix, r2 }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type FileRow = ReturnType<typeof rowOf>;

/** A specification with everything that it leaves out, as a row of any database. */
export function rowOf(spec: FileSpec, prefix: string) {
  const {
    id,
    batchId = 'b-1',
    userId = 'u-1',
    status = 'completed',
    content = `content of ${id}`,
  } = spec;
  const migrated = MIGRATED.has(status);
  const key = `${prefix}${spec.objectName ?? id}`;
  const uploaded = migrated ? content : null;
  return {
    id,
    batchId,
    userId,
    status,
    content,
    key,
    original: spec.original === undefined ? content : spec.original,
    object: spec.object === undefined ? uploaded : spec.object,
    r2Key: spec.r2Key === undefined ? (migrated ? key : null) : spec.r2Key,
    sourcePath: spec.sourcePath ?? `uploads/${id}.txt`,
    checksum: spec.checksum === 'none' ? null : sha256(content),
    migrated,
  };
}

function insertFile(database: Database.Database, row: FileRow): void {
  const time = '2024-11-03 10:00:00';
  database
    .prepare(
      `INSERT INTO file_migrations (id, batch_id, file_id, source_path, target_r2_key, original_checksum, migrated_checksum, file_size,
        status, error_message, started_at, completed_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)`,
    )
    .run(
      `rec-${row.id}`,
      row.batchId,
      row.id,
      row.sourcePath,
      row.key,
      row.checksum,
      row.migrated ? row.checksum : null,
      Buffer.byteLength(row.content),
      row.status,
      time,
      row.migrated ? '2024-11-03 10:00:07' : null,
      time,
    );
  database
    .prepare(
      'INSERT INTO files (id, filename, user_id, r2_key, checksum, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      row.id,
      `${row.id}.txt`,
      row.userId,
      row.r2Key,
      row.r2Key === null ? null : row.checksum,
      time,
      time,
    );
}

function insertBatches(database: Database.Database): void {
  database.exec(`
    INSERT INTO migration_batches (id, batch_id, total_files, completed_files, failed_files, verified_files, status, started_at, completed_at, created_at)
    SELECT 'row-' || batch_id, batch_id, count(*), sum(status IN ('completed', 'verified')), sum(status = 'failed'), sum(status = 'verified'),
      'completed', '2024-11-03 10:00:00', '2024-11-03 10:05:00', '2024-11-03 09:59:00'
    FROM file_migrations GROUP BY batch_id`);
}

async function readWorld(places: {
  readonly databasePath: string;
  readonly prefix: string;
  readonly r2: TestR2;
}): Promise<World> {
  const database = new Database(places.databasePath, { readonly: true });
  const all = (table: string): readonly unknown[] =>
    database.prepare(`SELECT * FROM ${table} ORDER BY id`).all();
  try {
    const keys = await places.r2.keys();
    const own = keys.filter((key) => key.startsWith(places.prefix));
    const bodies = await Promise.all(
      own.map(async (key) => [key, (await places.r2.read(key)) ?? ''] as const),
    );
    return {
      batches: all('migration_batches'),
      records: all('file_migrations'),
      files: all('files'),
      objects: Object.fromEntries(bodies),
      quarantined: keys.filter(
        (key) => key.startsWith('.unwind-quarantine/') && key.includes(places.prefix),
      ),
    };
  } finally {
    database.close();
  }
}
