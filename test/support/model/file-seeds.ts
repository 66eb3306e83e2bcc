import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { referenceSchema } from '../d1/reference-schema.ts';

/** One migrated file as a sequence begins with it. */
export interface FileSeed {
  readonly id: string;
  readonly batchId: string;
  readonly userId: string;
  readonly status: 'completed' | 'verified' | 'failed' | 'pending' | 'rolled_back';
  readonly key: string;
  readonly path: string;
  readonly recorded: string | null;
  readonly fileKey: string | null;
  /** Content of the object; `null`: there is none. */
  readonly object: string | null;
  readonly original: string | null;
}

/** Id of the file row that no record belongs to. */
export const STRANGER = 'stranger';

const MIGRATED: ReadonlySet<string> = new Set(['completed', 'verified']);
const TIME = '2024-11-03 10:00:00';

const aSeed = fc.record({
  batchId: fc.constantFrom('b-1', 'b-2'),
  userId: fc.constantFrom('u-1', 'u-2'),
  status: fc.constantFrom('completed', 'completed', 'verified', 'failed', 'pending', 'rolled_back'),
  isShared: fc.constantFrom(false, false, false, true),
  trouble: fc.constantFrom(
    'none',
    'none',
    'none',
    'none',
    'none',
    'none',
    'none',
    'none',
    'no-original',
    'other-original',
    'no-object',
    'other-object',
    'other-key',
    'no-checksum',
  ),
});

/** A small migration: healthy files for the most part, some that share an object, some with something wrong. */
export const fileSeeds = fc
  .array(aSeed, { minLength: 1, maxLength: 4, size: 'max' })
  .map((all) => all.map((seed, index) => seedOf(seed, index)));

/** Files that a rollback takes back whole, so that it passes every step. */
export const healthySeeds: readonly FileSeed[] = (['b-1', 'b-2'] as const).map((batchId, index) =>
  seedOf({ batchId, userId: 'u-1', status: 'completed', isShared: false, trouble: 'none' }, index),
);

function seedOf(seed: ReturnType<typeof aSeed.generate>['value'], index: number): FileSeed {
  const id = `f${String(index)}`;
  const { isShared, trouble, batchId, userId, status } = seed;
  const key = isShared ? 'k/shared' : `k/${id}`;
  const content = `content of ${key}`;
  const isMigrated = MIGRATED.has(status);
  return {
    id,
    batchId,
    userId,
    status,
    key,
    path: `${id}.txt`,
    recorded: trouble === 'no-checksum' ? null : sha256(content),
    fileKey: isMigrated ? (trouble === 'other-key' ? 'k/elsewhere' : key) : null,
    object: isMigrated && trouble !== 'no-object' ? objectOf(trouble, content) : null,
    original:
      trouble === 'no-original' ? null : trouble === 'other-original' ? `other ${id}` : content,
  };
}

function objectOf(trouble: string, content: string): string {
  return trouble === 'other-object' ? `newer ${content}` : content;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Makes the database of a migration: three tables, its rows, and one file that it has nothing to do with. */
export function seedDatabase(path: string, seeds: readonly FileSeed[]): void {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.transaction(() => {
    for (const statement of referenceSchema) database.exec(statement);
    for (const seed of seeds) insertFile(database, seed);
    database
      .prepare(
        'INSERT INTO files (id, filename, user_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(STRANGER, 'stranger.txt', 'u-9', TIME, TIME);
    database.exec(`
      INSERT INTO migration_batches (id, batch_id, total_files, completed_files, failed_files, verified_files, status, started_at, completed_at, created_at)
      SELECT 'row-' || batch_id, batch_id, count(*), sum(status IN ('completed', 'verified')), sum(status = 'failed'), sum(status = 'verified'),
        'completed', '${TIME}', '${TIME}', '${TIME}'
      FROM file_migrations GROUP BY batch_id`);
  })();
  database.close();
}

function insertFile(database: Database.Database, seed: FileSeed): void {
  const size = Buffer.byteLength(`content of ${seed.key}`);
  database
    .prepare(
      `INSERT INTO file_migrations (id, batch_id, file_id, source_path, target_r2_key, original_checksum, migrated_checksum, file_size,
        status, error_message, started_at, completed_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)`,
    )
    .run(
      `rec-${seed.id}`,
      seed.batchId,
      seed.id,
      seed.path,
      seed.key,
      seed.recorded,
      seed.recorded,
      size,
      seed.status,
      TIME,
      TIME,
      TIME,
    );
  database
    .prepare(
      'INSERT INTO files (id, filename, user_id, r2_key, checksum, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      seed.id,
      `${seed.id}.txt`,
      seed.userId,
      seed.fileKey,
      seed.fileKey === null ? null : seed.recorded,
      TIME,
      TIME,
    );
}
