import {
  type BatchValues,
  type MigrationMarks,
  type RowValues,
  RUN_TIME,
} from '../../../shared/domain/plan.ts';

function stamped(value: string | null, runTime: string): string | null {
  return value === RUN_TIME ? runTime : value;
}

/** Values with the run's moment in place of `RUN_TIME`. */
export function withRunTime(values: RowValues, runTime: string): RowValues {
  return {
    status: values.status,
    completedAt: stamped(values.completedAt, runTime),
    file:
      values.file === null
        ? null
        : { ...values.file, updatedAt: stamped(values.file.updatedAt, runTime) },
  };
}

/** Batch values with the run's moment in place of `RUN_TIME`. */
export function batchWithRunTime(values: BatchValues, runTime: string): BatchValues {
  return { ...values, completedAt: stamped(values.completedAt, runTime) };
}

function sameMarks(left: MigrationMarks | null, right: MigrationMarks | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.migratedAt === right.migratedAt &&
    left.migrationStatus === right.migrationStatus &&
    left.migrationBatchId === right.migrationBatchId
  );
}

/** Whether two rows hold the same values, file part included. */
export function sameRow(left: RowValues, right: RowValues): boolean {
  if (left.status !== right.status || left.completedAt !== right.completedAt) return false;
  if (left.file === null || right.file === null) return left.file === right.file;
  return (
    left.file.r2Key === right.file.r2Key &&
    left.file.checksum === right.file.checksum &&
    left.file.updatedAt === right.file.updatedAt &&
    sameMarks(left.file.marks, right.file.marks)
  );
}
