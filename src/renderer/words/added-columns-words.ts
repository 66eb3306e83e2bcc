import type { StatusReport } from '../../shared/domain/status.ts';
import { countOf } from '../format/count.ts';

/** How many records still say that their file is migrated, or may come to say so. */
function recordsLeft({ batches }: Pick<StatusReport, 'batches'>): number {
  return batches.reduce(
    (sum, { recomputed }) => sum + recomputed.records - recomputed.rolledBack,
    0,
  );
}

/** Whether a plan to drop the columns can be more than a list of blockers, as far as the records say. */
export function mayPlanDrop(status: Pick<StatusReport, 'batches'>): boolean {
  return recordsLeft(status) === 0;
}

/** What may become of the columns that a saved-file migration added. */
export function addedColumnsText(status: Pick<StatusReport, 'batches'>): string {
  const left = recordsLeft(status);
  return left === 0
    ? 'Everything is rolled back. Once no rollback needs to be undone, the five columns can be dropped too: a last, optional step, which cannot be taken back.'
    : `They can be dropped once everything is rolled back: ${countOf(left, 'record is', 'records are')} not.`;
}
