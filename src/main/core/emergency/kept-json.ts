import type { KeptFile } from '../plan/kept-values.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';
import type { StoredItem } from '../ports/run-file.ts';

/** What the stage keeps of one source about one record. */
export interface ToldFile {
  readonly file: KeptFile;
  /** The snapshot, backup or run that tells it. */
  readonly source: string;
}

/** Writes it for the stage. */
export function toldJson(told: ToldFile): string {
  return JSON.stringify(told);
}

/** Reads back what `toldJson` wrote; only this process did. */
export function parseTold(json: string): ToldFile {
  return JSON.parse(json) as ToldFile;
}

/** The record of an item as it was when its plan was made. A file row that the plan left alone is not part of it. */
export function recordBefore(item: StoredItem): MigrationRecord {
  const { file } = item.before;
  return {
    recordId: item.recordId,
    batchId: item.batchId,
    fileId: item.fileId,
    sourcePath: item.sourcePath,
    targetKey: item.objectKey,
    originalChecksum: item.objectSha256 ?? file?.checksum ?? null,
    migratedChecksum: item.objectSha256 ?? file?.checksum ?? null,
    fileSizeBytes: item.object?.sizeBytes ?? null,
    errorMessage: null,
    status: item.before.status,
    completedAt: item.before.completedAt,
    file: file === null ? null : { ...file, filename: item.filename, userId: item.userId },
  };
}
