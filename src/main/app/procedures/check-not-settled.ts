import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { bringUpToDate } from '../../core/debts/bring-up-to-date.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { readRunDetail } from './read-runs.ts';

/**
 * Refuses to undo a run whose other half a later run has done: rows would come back to objects that are gone, or objects without
 * the rows that point at them.
 * @throws RUN_NOT_UNDOABLE naming the run to undo first.
 */
export async function checkNotSettled(parts: ProcedureContext, runId: string): Promise<void> {
  await bringUpToDate(parts);
  for (const settler of parts.ledger.settledBy(runId).toReversed()) {
    if (!(await standsInTheWay(parts, settler))) continue;
    throw new OperatorError('RUN_NOT_UNDOABLE', {
      message: `Run ${runId} did one half of a rollback, and run ${settler} the other half.`,
      hint: `Undo the later one first: unwind undo ${settler}`,
      details: { runId, settledBy: settler },
    });
  }
}

/** Whether what a run rolled back still is: an undo settles, too, and a plan may have found something settled by others. */
async function standsInTheWay(parts: ProcedureContext, runId: string): Promise<boolean> {
  try {
    const { plan, state, undoneBy } = await readRunDetail(parts, runId);
    return plan.kind === 'rollback' && state !== 'planned' && undoneBy === null;
  } catch (error) {
    // Its file was taken away: it can neither be undone nor say that anything is left to undo.
    if (error instanceof OperatorError && error.code === 'RUN_NOT_FOUND') return false;
    throw error;
  }
}
