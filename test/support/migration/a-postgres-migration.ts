import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { referenceSchema } from '../postgres/reference-schema.ts';
import type { TestDatabase } from '../postgres/start-postgres.ts';
import type { TestR2 } from '../r2/start-r2.ts';
import { type FileSpec, rowOf, type World } from './a-migration.ts';

/** A small migration in a PostgreSQL database, with a real R2 bucket, originals on disk and eyes of its own. */
export interface PostgresMigration {
  readonly folder: string;
  readonly home: string;
  keyOf(name: string): string;
  /** Environment that makes it the default target; `port`: of a proxy before the server. */
  env(port?: number): Readonly<Record<string, string>>;
  /** Rows, every cell as text, and objects. Read past any proxy. */
  world(): Promise<World>;
  remove(): void;
}

let made = 0;

/** Makes the migration. Keys carry a prefix of their own, so that many migrations can share one bucket. */
export async function aPostgresMigration(
  r2: TestR2,
  database: TestDatabase,
  specs: readonly FileSpec[],
): Promise<PostgresMigration> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'unwind-migration-')));
  made += 1;
  const prefix = `p${String(process.pid)}-${String(made)}/`;
  const originals = join(folder, 'originals');
  const rows = specs.map((spec) => rowOf(spec, prefix));
  for (const statement of referenceSchema) await database.run(statement);
  await insertRows(database, rows);
  for (const row of rows) {
    if (row.original !== null) writeOriginal(join(originals, row.sourcePath), row.original);
  }
  await r2.put(
    ...rows.flatMap(({ key, object }) =>
      object === null ? [] : [{ key, body: object, contentType: 'text/plain' }],
    ),
  );
  const { host, port, user, password, database: name } = database.connection;

  return {
    folder,
    home: join(folder, 'home'),
    keyOf: (name) => `${prefix}${name}`,
    env: (proxyPort = port) => ({
      USE_D1_DATABASE: 'false',
      POSTGRES_HOST: host,
      POSTGRES_PORT: String(proxyPort),
      POSTGRES_DB: name,
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password,
      R2_BUCKET_NAME: r2.address.bucket,
      R2_ENDPOINT: r2.address.endpoint,
      R2_ACCESS_KEY_ID: r2.address.accessKeyId,
      R2_SECRET_ACCESS_KEY: r2.address.secretAccessKey,
      UNWIND_ORIGINALS: originals,
      UNWIND_HOME: join(folder, 'home'),
    }),
    world: async () => ({
      batches: await database.run('SELECT * FROM migration_batches ORDER BY id'),
      records: await database.run('SELECT * FROM file_migrations ORDER BY id'),
      files: await database.run('SELECT * FROM files ORDER BY id'),
      ...(await readObjects(r2, prefix)),
    }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Row = ReturnType<typeof rowOf>;

function writeOriginal(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function insertRows(database: TestDatabase, rows: readonly Row[]): Promise<void> {
  const time = '2024-11-03 10:00:00';
  const records = rows.map((row) => [
    `rec-${row.id}`,
    row.batchId,
    row.id,
    row.sourcePath,
    row.key,
    row.checksum,
    row.migrated ? row.checksum : null,
    String(Buffer.byteLength(row.content)),
    row.status,
    time,
    row.migrated ? '2024-11-03 10:00:07' : null,
    time,
  ]);
  const files = rows.map((row) => [
    row.id,
    `${row.id}.txt`,
    row.userId,
    row.r2Key,
    row.r2Key === null ? null : row.checksum,
    time,
    time,
  ]);
  const client = await database.connect();
  try {
    for (const values of records) {
      await client.query(
        `INSERT INTO file_migrations (id, batch_id, file_id, source_path, target_r2_key, original_checksum, migrated_checksum, file_size,
          status, started_at, completed_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        values,
      );
    }
    for (const values of files) {
      await client.query(
        `INSERT INTO files (id, filename, user_id, r2_key, checksum, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        values,
      );
    }
    await client.query(`
      INSERT INTO migration_batches (id, batch_id, total_files, completed_files, failed_files, verified_files, status, started_at, completed_at, created_at)
      SELECT 'row-' || batch_id, batch_id, count(*), count(*) FILTER (WHERE status IN ('completed', 'verified')),
        count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'verified'),
        'completed', '2024-11-03 10:00:00', '2024-11-03 10:05:00', '2024-11-03 09:59:00'
      FROM file_migrations GROUP BY batch_id`);
  } finally {
    await client.end();
  }
}

async function readObjects(
  r2: TestR2,
  prefix: string,
): Promise<Pick<World, 'objects' | 'quarantined'>> {
  const keys = await r2.keys();
  const own = keys.filter((key) => key.startsWith(prefix));
  const bodies = await Promise.all(
    own.map(async (key) => [key, (await r2.read(key)) ?? ''] as const),
  );
  return {
    objects: Object.fromEntries(bodies),
    quarantined: keys.filter(
      (key) => key.startsWith('.unwind-quarantine/') && key.includes(prefix),
    ),
  };
}
