import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RunFile, RunFiles, StoredPlan } from '../ports/run-file.ts';

/**
 * Refuses an undo of a run that went on after the undo was planned: it would take back a part of it. Asked under the lease, when nobody
 * else can go on with that run. For any other plan it does nothing.
 * @throws PLAN_STALE
 */
export function checkSubject(plan: StoredPlan, runFiles: Pick<RunFiles, 'open'>): void {
  if (plan.kind !== 'undo' || plan.subjectRunId === null) return;
  const subject = openIfThere(runFiles, plan.subjectRunId);
  // The file of the run was taken away: the plan of its undo is whole without it.
  if (subject === undefined) return;
  try {
    const { state, finishedAt } = subject.readRun();
    const hasStood = state !== 'running' && finishedAt !== null && finishedAt <= plan.createdAt;
    if (hasStood) return;
    throw new OperatorError('PLAN_STALE', {
      message: `The plan is stale: run ${plan.subjectRunId}, which it takes back, went on after it was made. Nothing was changed.`,
      hint: `Plan the undo again: unwind undo ${plan.subjectRunId}`,
      details: { subject: plan.subjectRunId, state, finishedAt, plannedAt: plan.createdAt },
    });
  } finally {
    subject.close();
  }
}

function openIfThere(runFiles: Pick<RunFiles, 'open'>, runId: string): RunFile | undefined {
  try {
    return runFiles.open(runId, 'read');
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'RUN_NOT_FOUND') return undefined;
    throw error;
  }
}
