import type { MigrationMarks, RowValues } from '../../../shared/domain/plan.ts';
import { RUN_TIME } from '../../../shared/domain/plan.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';

const NO_MARKS: MigrationMarks = {
  migratedAt: null,
  migrationStatus: null,
  migrationBatchId: null,
};

/** The values of a record and its file row that a rollback may change, as they were read. */
export function rowValuesOf(record: MigrationRecord): RowValues {
  const { file } = record;
  return {
    status: record.status,
    completedAt: record.completedAt,
    file:
      file === null
        ? null
        : {
            r2Key: file.r2Key,
            checksum: file.checksum,
            updatedAt: file.updatedAt,
            marks: file.marks,
          },
  };
}

/** The values that a rollback leaves: the record says that it was rolled back, its file row that it never was migrated. */
export function resetValues(before: RowValues): RowValues {
  return {
    status: 'rolled_back',
    completedAt: RUN_TIME,
    file:
      before.file === null
        ? null
        : {
            r2Key: null,
            checksum: null,
            updatedAt: RUN_TIME,
            marks: before.file.marks && NO_MARKS,
          },
  };
}
