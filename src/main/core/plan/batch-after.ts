import { type BatchValues, RUN_TIME } from '../../../shared/domain/plan.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';

/** Records of a batch by what they are, as the database counts them. `completed` includes verified, `pending` includes processing. */
export type BatchCounters = BatchStatus['recomputed'];

/** How many records of a batch go from one status to another. */
export interface StatusChange {
  readonly from: string | null;
  readonly to: string | null;
  readonly count: number;
}

/** The counters that records of one status add to. */
function countersOf(status: string | null): readonly (keyof BatchCounters)[] {
  switch (status) {
    case 'completed':
      return ['completed'];
    case 'verified':
      return ['completed', 'verified'];
    case 'failed':
      return ['failed'];
    case 'rolled_back':
      return ['rolledBack'];
    case null:
    default:
      return ['pending'];
  }
}

/** The counters as they will be after `changes`. */
export function withChanges(
  counters: BatchCounters,
  changes: readonly StatusChange[],
): BatchCounters {
  const next = { ...counters };
  for (const { from, to, count } of changes) {
    for (const counter of countersOf(from)) next[counter] -= count;
    for (const counter of countersOf(to)) next[counter] += count;
  }
  return next;
}

/**
 * Values of a batch row that agree with its records: counters recomputed; `rolled_back` once records were taken back and none is
 * migrated any more or still could become so.
 */
export function batchAfter(before: BatchValues, counters: BatchCounters): BatchValues {
  const nothingMigrated =
    counters.completed === 0 && counters.pending === 0 && counters.rolledBack > 0;
  return {
    completedFiles: counters.completed,
    failedFiles: counters.failed,
    verifiedFiles: counters.verified,
    status: nothingMigrated ? 'rolled_back' : before.status,
    completedAt: nothingMigrated && before.status !== 'rolled_back' ? RUN_TIME : before.completedAt,
  };
}

/** Whether two batch rows hold the same values. */
export function sameBatch(left: BatchValues, right: BatchValues): boolean {
  return (
    left.completedFiles === right.completedFiles &&
    left.failedFiles === right.failedFiles &&
    left.verifiedFiles === right.verifiedFiles &&
    left.status === right.status &&
    left.completedAt === right.completedAt
  );
}
