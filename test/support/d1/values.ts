import { expect } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import type {
  MigrationDatabase,
  MigrationRecord,
  RowChange,
} from '../../../src/main/core/ports/migration-database.ts';
import type { RowValues } from '../../../src/shared/domain/plan.ts';
import { Scope } from '../../../src/shared/domain/scope.ts';

/** The only record of the database at `path`. */
export async function theRecord(path: string): Promise<MigrationRecord> {
  const reader = await openD1Database({ path }).openReader();
  try {
    const selector = { scope: Scope.parse({ full: true }), include: 'all' } as const;
    const [record] = await reader.pageRecords(selector, { offset: 0, limit: 1 });
    expect(record).toBeDefined();
    return record as MigrationRecord;
  } finally {
    await reader.close();
  }
}

/** A change of record and file from the values they have now. */
export function changing(record: MigrationRecord, after: Partial<RowValues>): RowChange {
  const { status, completedAt, file } = record;
  const fileValues = file && {
    r2Key: file.r2Key,
    checksum: file.checksum,
    updatedAt: file.updatedAt,
    marks: file.marks,
  };
  const before: RowValues = { status, completedAt, file: fileValues };
  return {
    recordId: record.recordId,
    fileId: record.fileId,
    before,
    after: { ...before, ...after },
  };
}

/** Applies one change with a writer of its own. */
export async function applyOne(database: MigrationDatabase, change: RowChange) {
  const writer = await database.openWriter();
  try {
    const [result] = await writer.applyRowChanges([change]);
    return result;
  } finally {
    await writer.close();
  }
}
