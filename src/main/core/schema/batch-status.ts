import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import type { MigrationMapping } from './migration-mapping.ts';

/** A batch row as it is stored. */
export interface StoredBatch extends BatchValues {
  readonly totalFiles: number | null;
  readonly startedAt: string | null;
}

/** Counters that were counted from the records of a batch. */
export type BatchCounters = BatchStatus['recomputed'];

const NO_RECORDS: BatchCounters = {
  records: 0,
  completed: 0,
  failed: 0,
  verified: 0,
  pending: 0,
  rolledBack: 0,
};

/** What a batch row and its records say about a batch; either may be missing. */
export function batchStatusOf(
  { batches }: MigrationMapping,
  batchId: string,
  found: {
    readonly stored: StoredBatch | undefined;
    readonly recomputed: BatchCounters | undefined;
  },
): BatchStatus {
  const { stored, recomputed = NO_RECORDS } = found;
  // A counter that this schema does not keep cannot be wrong.
  const agrees = (role: 'completedFiles' | 'failedFiles' | 'verifiedFiles', counted: number) =>
    batches.columns[role] === null || (stored?.[role] ?? 0) === counted;
  return {
    batchId,
    status: stored?.status ?? null,
    totalFiles: stored?.totalFiles ?? null,
    stored: {
      completed: stored?.completedFiles ?? null,
      failed: stored?.failedFiles ?? null,
      verified: stored?.verifiedFiles ?? null,
    },
    recomputed,
    countersAgree:
      agrees('completedFiles', recomputed.completed) &&
      agrees('failedFiles', recomputed.failed) &&
      agrees('verifiedFiles', recomputed.verified),
    startedAt: stored?.startedAt ?? null,
    completedAt: stored?.completedAt ?? null,
  };
}

/** The part of a batch row that a run changes. */
export function batchValuesOf(stored: StoredBatch): BatchValues {
  const { completedFiles, failedFiles, verifiedFiles, status, completedAt } = stored;
  return { completedFiles, failedFiles, verifiedFiles, status, completedAt };
}
