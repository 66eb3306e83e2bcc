import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { BegunRuns } from '../ports/begun-runs.ts';

/**
 * Refuses to go on with a run that an undo takes back, or has taken back: it would fight with it over the same rows.
 * @throws RUN_NOT_RESUMABLE naming the undo.
 */
export function checkNotUndone(runId: string, begunRuns: Pick<BegunRuns, 'about'>): void {
  const undo = begunRuns.about(runId).find(({ kind }) => kind === 'undo');
  if (undo === undefined) return;
  throw new OperatorError('RUN_NOT_RESUMABLE', {
    message: `Run ${runId} was taken back by undo ${undo.runId}, which began at ${undo.begunAt}: going on with it would change again what came back.`,
    hint: `Look at the undo with \`unwind runs show ${undo.runId}\`; what is still to be rolled back takes a new plan.`,
    details: { runId, undo: undo.runId },
  });
}
