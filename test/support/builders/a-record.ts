import type { FileFacts } from '../../../src/main/core/plan/classify-file.ts';
import type { FileRow, MigrationRecord } from '../../../src/main/core/ports/migration-database.ts';
import type { OriginalFacts } from '../../../src/main/core/ports/originals.ts';
import type { ObjectFacts } from '../../../src/shared/domain/plan.ts';
import { hashOf } from './a-hash.ts';

/** Content of the file that the builders tell of. */
export const CONTENT = 'the content that was migrated';

/** A healthy migrated record: its file row points at its object, its checksum is that of `CONTENT`. */
export function aRecord(change: Partial<MigrationRecord> = {}): MigrationRecord {
  return {
    recordId: 'r-1',
    batchId: 'b-1',
    fileId: 'f-1',
    sourcePath: 'in/a.txt',
    targetKey: 'files/a.txt',
    originalChecksum: hashOf(CONTENT).sha256,
    migratedChecksum: hashOf(CONTENT).sha256,
    fileSizeBytes: hashOf(CONTENT).sizeBytes,
    errorMessage: null,
    status: 'completed',
    completedAt: '2024-11-02 10:00:00',
    file: aFileRow(),
    ...change,
  };
}

export function aFileRow(change: Partial<FileRow> = {}): FileRow {
  return {
    filename: 'a.txt',
    userId: 'u-1',
    r2Key: 'files/a.txt',
    checksum: hashOf(CONTENT).sha256,
    updatedAt: '2024-11-02 10:00:01',
    marks: null,
    ...change,
  };
}

/** An object that holds `content`, stored by one plain put. */
export function anObject(change: Partial<ObjectFacts> = {}, content = CONTENT): ObjectFacts {
  return {
    key: 'files/a.txt',
    sizeBytes: hashOf(content).sizeBytes,
    etag: hashOf(content).md5,
    lastModified: '2024-11-02T10:00:00.000Z',
    ...change,
  };
}

/** An original that is there, read to its end. */
export function anOriginal(content = CONTENT): OriginalFacts {
  const hash = hashOf(content);
  return { state: 'present', location: '/originals/in/a.txt', sizeBytes: hash.sizeBytes, hash };
}

/** What planning reads of a healthy migrated file. */
export function someFacts(change: Partial<FileFacts> = {}): FileFacts {
  return {
    record: aRecord(),
    object: anObject(),
    objectHash: null,
    original: anOriginal(),
    ...change,
  };
}
