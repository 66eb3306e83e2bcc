import type { BatchValues, RowValues } from '../../../shared/domain/plan.ts';
import type { MigrationMapping } from './migration-mapping.ts';

/**
 * Makes the function that leaves out of `after` what the tables of `mapping` have no column for: those values read NULL now and
 * would read NULL after a run, so that a plan may promise nothing else for them. Pure.
 */
export function createStorableRow({
  records,
  files,
}: MigrationMapping): (after: RowValues) => RowValues {
  const { checksum, updatedAt } = files.columns;
  const lacksFileColumn = checksum === null || updatedAt === null;
  const lacksCompletedAt = records.columns.completedAt === null;
  if (!lacksFileColumn && !lacksCompletedAt) return (after) => after;
  return (after) => ({
    status: after.status,
    completedAt: lacksCompletedAt ? null : after.completedAt,
    file: after.file && {
      ...after.file,
      checksum: checksum === null ? null : after.file.checksum,
      updatedAt: updatedAt === null ? null : after.file.updatedAt,
    },
  });
}

/** As `createStorableRow`, for one batch row. Pure. */
export function storableBatch({ batches }: MigrationMapping, after: BatchValues): BatchValues {
  const has = (role: keyof typeof batches.columns): boolean => batches.columns[role] !== null;
  return {
    completedFiles: has('completedFiles') ? after.completedFiles : null,
    failedFiles: has('failedFiles') ? after.failedFiles : null,
    verifiedFiles: has('verifiedFiles') ? after.verifiedFiles : null,
    status: after.status,
    completedAt: has('completedAt') ? after.completedAt : null,
  };
}
