import type { MigrationReader, TrackedTable } from '../ports/migration-database.ts';
import type { RecordSample } from './preflight-context.ts';

/**
 * Bytes of a run file per item. Measured: 1,106 at the end of a rollback of 3,000 files; doubled, because paths and keys may be
 * longer, and an undo has a run file of its own.
 */
const RUN_FILE_BYTES_PER_ITEM = 2_048;

/** What write-ahead logs take while a run goes on, whatever its size. Measured: 6 MB. */
const LOG_BYTES = 16 * 2 ** 20;

/** What plan, run and snapshot of the whole target would take on the disk of the workspace. */
export interface DiskNeed {
  readonly recordCount: number;
  /** A record with its file row as a snapshot holds it, before it is compressed; measured on the sample. */
  readonly snapshotBytesPerRecord: number;
  readonly runFileBytesPerItem: number;
  /** For logs, whatever the size. */
  readonly logBytes: number;
  readonly totalBytes: number;
}

/** Estimates from the number of records and the size of sampled rows. An upper bound: snapshots are compressed. */
export async function estimateDiskNeed(
  reader: MigrationReader,
  { records, recordCount }: RecordSample,
): Promise<DiskNeed> {
  const fileIds = records.map(({ fileId }) => fileId).filter((id) => id !== null);
  const recordBytes = await bytesPerRow(
    reader,
    'file_migrations',
    records.map((one) => one.recordId),
  );
  const fileBytes = await bytesPerRow(reader, 'files', fileIds);
  const snapshotBytesPerRecord = Math.ceil(recordBytes + fileBytes);
  return {
    recordCount,
    snapshotBytesPerRecord,
    runFileBytesPerItem: RUN_FILE_BYTES_PER_ITEM,
    logBytes: LOG_BYTES,
    totalBytes: LOG_BYTES + recordCount * (snapshotBytesPerRecord + RUN_FILE_BYTES_PER_ITEM),
  };
}

async function bytesPerRow(
  reader: MigrationReader,
  table: TrackedTable,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await reader.readFullRows(table, ids);
  const characters = rows.reduce((sum, row) => sum + JSON.stringify(row).length + 1, 0);
  return rows.length === 0 ? 0 : characters / rows.length;
}
