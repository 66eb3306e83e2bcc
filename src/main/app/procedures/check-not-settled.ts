import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { bringUpToDate } from '../../core/debts/bring-up-to-date.ts';
import type { StoredPlan } from '../../core/ports/run-file.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { reading, readRunDetail } from './read-runs.ts';

/**
 * Refuses to undo a run whose other half a later run has done: rows would come back to objects that are gone, or objects without
 * the rows that point at them.
 * @throws RUN_NOT_UNDOABLE naming the run to undo first.
 */
export async function checkNotSettled(parts: ProcedureContext, runId: string): Promise<void> {
  await bringUpToDate(parts);
  await checkNobodyUnderWay(parts, runId);
  for (const settler of parts.ledger.settledBy(runId).toReversed()) {
    if (!(await standsInTheWay(parts, settler))) continue;
    throw new OperatorError('RUN_NOT_UNDOABLE', {
      message: `Run ${runId} did one half of a rollback, and run ${settler} the other half.`,
      hint: `Undo the later one first: unwind undo ${settler}`,
      details: { runId, settledBy: settler },
    });
  }
}

/**
 * Refuses to execute an undo whose run got its other half since the undo was planned. For any other plan it does nothing.
 * @throws RUN_NOT_UNDOABLE naming the run to undo first.
 */
export async function checkUndoStillFits(parts: ProcedureContext, runId: string): Promise<void> {
  const { kind, subjectRunId } = await reading(parts, runId, (runFile) => runFile.readPlan());
  if (kind !== 'undo' || subjectRunId === null) return;
  try {
    await checkNotSettled(parts, subjectRunId);
  } catch (error) {
    // The file of the run was taken away: the plan of its undo is whole without it.
    if (error instanceof OperatorError && error.code === 'RUN_NOT_FOUND') return;
    throw error;
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

/**
 * Refuses while a run of the other half is under way, or died there: the ledger learns what a run did only when it has ended.
 * @throws RUN_NOT_UNDOABLE naming the run to end first.
 */
async function checkNobodyUnderWay(parts: ProcedureContext, runId: string): Promise<void> {
  const plan = await reading(parts, runId, (runFile) => runFile.readPlan());
  if (plan.kind !== 'rollback' || plan.scope.mode === 'both') return;
  for (const otherId of parts.runFiles.list()) {
    if (otherId === runId || !(await isUnderWay(parts, otherId, plan))) continue;
    throw new OperatorError('RUN_NOT_UNDOABLE', {
      message: `Run ${runId} did one half of a rollback, and run ${otherId}, which has not ended, does the other half.`,
      hint: `End it first: unwind resume ${otherId}, or take it back: unwind undo ${otherId}`,
      details: { runId, settledBy: otherId },
    });
  }
}

/** Whether a run that has begun and not ended does the half that `earlier` left out. */
async function isUnderWay(
  parts: ProcedureContext,
  runId: string,
  earlier: StoredPlan,
): Promise<boolean> {
  try {
    return await reading(parts, runId, (runFile) => {
      if (runFile.readRun().state !== 'running') return false;
      const { kind, scope, target } = runFile.readPlan();
      const isOnTarget = target.fingerprint === earlier.target.fingerprint;
      return kind === 'rollback' && isOnTarget && scope.mode !== earlier.scope.mode;
    });
  } catch (error) {
    // A damaged file must not hide the others; opening it by its id says what is wrong with it.
    if (error instanceof OperatorError && error.code === 'RUN_FILE_INVALID') return false;
    throw error;
  }
}
