import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { RowValues } from '../../../../shared/domain/plan.ts';
import { rowAddressOf } from '../../plan/row-address.ts';
import { sameRow, withRunTime } from '../../plan/run-values.ts';
import type { StoredItem } from '../../ports/run-file.ts';
import { enterSafeMode } from '../../safe-mode/enter-safe-mode.ts';
import { appendAudit, forEachChunk, type RunContext, type StepResult } from '../run-context.ts';

const CHUNK = 2_000;

/** Whether a row holds exactly what the run wrote. */
export function holdsAfter(
  current: RowValues | undefined,
  item: StoredItem,
  runTime: string,
): boolean {
  return current !== undefined && sameRow(current, withRunTime(item.after, runTime));
}

/**
 * Re-reads every changed row on a read-only session before any object may go (invariant 7).
 * @throws VERIFICATION_FAILED naming rows; objects are then left alone.
 */
export async function verifyRows(context: RunContext): Promise<StepResult> {
  const reader = await context.target.database.openReader();
  const wrong: string[] = [];
  try {
    const result = await forEachChunk(
      context,
      { filter: 'rows-done', chunkSize: CHUNK },
      async (items) => {
        const rows = await reader.readRows(items.map(rowAddressOf));
        for (const item of items) {
          if (!holdsAfter(rows.get(item.recordId), item, context.runTime)) {
            wrong.push(item.recordId);
          }
        }
      },
    );
    if (result === 'stopped') return result;
  } finally {
    await reader.close();
  }
  if (wrong.length > 0) {
    enterSafeMode(context, {
      code: 'VERIFICATION_FAILED',
      sentence: `${wrong.length === 1 ? '1 row does' : `${String(wrong.length)} rows do`} not hold what run ${context.runFile.runId} wrote, first ${String(wrong[0])}.`,
      facts: { count: wrong.length, recordIds: wrong.slice(0, 20) },
    });
    throw new OperatorError('VERIFICATION_FAILED', {
      message: `${String(wrong.length)} rows do not hold what the run wrote into them, first ${String(wrong[0])}. No object was removed.`,
      hint: 'Something else writes to these rows. Stop it, then run `unwind resume` or `unwind undo` for this run.',
      details: { recordIds: wrong.slice(0, 20), count: wrong.length },
    });
  }
  appendAudit(context, 'rows.verified', { rows: context.runFile.countItems('rows-done') });
  return 'done';
}
