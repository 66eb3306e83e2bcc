import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { QUARANTINE_FOLDER } from '../../../src/main/core/ports/object-store.ts';
import type { MemoryBucket, MemoryObject } from './memory-object-store.ts';

/** A record with its file row, under the id of the file. */
export interface ModelRow {
  readonly id: string;
  readonly batchId: string;
  readonly userId: string;
  readonly status: string | null;
  readonly completedAt: string | null;
  /** Where the migration put the object. */
  readonly key: string;
  readonly path: string;
  readonly recorded: string | null;
  readonly fileKey: string | null;
  readonly fileChecksum: string | null;
  readonly updatedAt: string | null;
}

/** A batch row with its counters, and the same counted from the records. */
export interface ModelBatch {
  readonly row: string;
  readonly countersAgree: boolean;
}

/** Everything that Unwind may change or lean on, as maps: what the model believes, and what the world is compared with. */
export interface ModelWorld {
  readonly rows: ReadonlyMap<string, ModelRow>;
  /** Keys that file rows without a record point at, by file id. */
  readonly strangers: ReadonlyMap<string, string | null>;
  readonly batches: ReadonlyMap<string, ModelBatch>;
  readonly objects: ReadonlyMap<string, MemoryObject>;
  /** Content of the quarantine copies, by their own key. */
  readonly quarantine: ReadonlyMap<string, string>;
  /** Content of the originals, by path. */
  readonly originals: ReadonlyMap<string, string>;
}

const ROWS = `SELECT m.file_id AS id, m.batch_id AS batchId, f.user_id AS userId, m.status, m.completed_at AS completedAt,
    m.target_r2_key AS key, m.source_path AS path, m.original_checksum AS recorded, f.r2_key AS fileKey, f.checksum AS fileChecksum,
    f.updated_at AS updatedAt
  FROM file_migrations m JOIN files f ON f.id = m.file_id ORDER BY m.rowid`;

const STRANGERS =
  'SELECT id, r2_key AS fileKey FROM files WHERE id NOT IN (SELECT file_id FROM file_migrations)';

const BATCHES = `SELECT b.batch_id AS batchId,
    json_array(b.total_files, b.completed_files, b.failed_files, b.verified_files, b.status, b.completed_at) AS row,
    b.completed_files = sum(m.status IN ('completed', 'verified')) AND b.failed_files = sum(m.status = 'failed')
      AND b.verified_files = sum(m.status = 'verified') AS agree
  FROM migration_batches b JOIN file_migrations m ON m.batch_id = b.batch_id GROUP BY b.batch_id`;

/** Looks at the world with eyes of its own: no line of Unwind is between. */
export function readModelWorld(places: {
  readonly database: Database.Database;
  readonly bucket: MemoryBucket;
  readonly originalsPath: string;
}): ModelWorld {
  const { database } = places;
  const all = [...places.bucket.objects()];
  const isCopy = (key: string): boolean => key.startsWith(QUARANTINE_FOLDER);
  return {
    rows: mapBy(database.prepare<[], ModelRow>(ROWS).all(), ({ id }) => id),
    strangers: new Map(
      database
        .prepare<[], { id: string; fileKey: string | null }>(STRANGERS)
        .all()
        .map(({ id, fileKey }) => [id, fileKey]),
    ),
    batches: new Map(
      database
        .prepare<[], { batchId: string; row: string; agree: number }>(BATCHES)
        .all()
        .map(({ batchId, row, agree }) => [batchId, { row, countersAgree: agree === 1 }]),
    ),
    objects: new Map(all.filter(([key]) => !isCopy(key))),
    quarantine: new Map(all.filter(([key]) => isCopy(key)).map(([key, { body }]) => [key, body])),
    originals: new Map(
      readdirSync(places.originalsPath).map((name) => [
        name,
        readFileSync(join(places.originalsPath, name), 'utf8'),
      ]),
    ),
  };
}

function mapBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [keyOf(item), item]));
}

/** What two worlds share to which the same happened at other times, by runs of other names. */
export function withoutNamesAndMoments(world: ModelWorld) {
  return {
    rows: [...world.rows.values()].map(({ id, status, fileKey, fileChecksum }) => ({
      id,
      status,
      fileKey,
      fileChecksum,
    })),
    batches: [...world.batches].map(([id, { countersAgree }]) => ({ id, countersAgree })),
    objects: [...world.objects].map(([key, { body }]) => ({ key, body })),
    copies: [...world.quarantine].map(([key, body]) => ({
      key: key.slice(key.indexOf('/', QUARANTINE_FOLDER.length)),
      body,
    })),
  };
}

/** Every content that exists somewhere. */
export function contentsOf(world: ModelWorld): ReadonlySet<string> {
  return new Set([
    ...[...world.objects.values()].map(({ body }) => body),
    ...world.quarantine.values(),
    ...world.originals.values(),
  ]);
}

/** What the original of a row is called where it is said what was touched. */
export function originalOf({ path }: Pick<ModelRow, 'path'>): string {
  return `original ${path}`;
}
