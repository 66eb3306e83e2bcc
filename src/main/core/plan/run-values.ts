import {
  type BatchValues,
  type MigrationMarks,
  type RowValues,
  RUN_TIME,
} from '../../../shared/domain/plan.ts';
import type { StampedColumn } from '../ports/migration-database.ts';

/**
 * The moment of a run as its database writes it, in one text: where its columns write times differently, a JSON object with the text of
 * each.
 */
export function runTimeOf(times: Readonly<Record<StampedColumn, string>>): string {
  const isOne = times.record === times.file && times.record === times.batch;
  return isOne ? times.record : JSON.stringify(times);
}

function stamped(value: string | null, runTime: string, column: StampedColumn): string | null {
  if (value !== RUN_TIME) return value;
  if (!runTime.startsWith('{')) return runTime;
  const times: unknown = JSON.parse(runTime);
  const time = typeof times === 'object' && times !== null && column in times;
  return time ? String((times as Readonly<Record<string, unknown>>)[column]) : runTime;
}

/** Values with the run's moment in place of `RUN_TIME`. */
export function withRunTime(values: RowValues, runTime: string): RowValues {
  return {
    status: values.status,
    completedAt: stamped(values.completedAt, runTime, 'record'),
    file:
      values.file === null
        ? null
        : { ...values.file, updatedAt: stamped(values.file.updatedAt, runTime, 'file') },
  };
}

/** Batch values with the run's moment in place of `RUN_TIME`. */
export function batchWithRunTime(values: BatchValues, runTime: string): BatchValues {
  return { ...values, completedAt: stamped(values.completedAt, runTime, 'batch') };
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

/**
 * Whether a row holds what only this run writes: the planned values with the run's moment among them. Where no column of a row takes that
 * moment, as in a schema without times or when kept values come back, anybody may have written the same: then it is not.
 */
export function bearsRunTime(
  current: RowValues,
  written: { readonly after: RowValues; readonly runTime: string },
): boolean {
  const { after, runTime } = written;
  const takesMoment = after.completedAt === RUN_TIME || after.file?.updatedAt === RUN_TIME;
  return takesMoment && sameRow(current, withRunTime(after, runTime));
}
