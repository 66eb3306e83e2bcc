import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { PlanKind } from '../../../shared/domain/plan.ts';
import type { SafeModeAdmission } from '../../../shared/domain/safe-mode.ts';
import type { Scope } from '../../../shared/domain/scope.ts';
import type { BegunRuns } from '../ports/begun-runs.ts';
import type { StoredPlan } from '../ports/run-file.ts';
import type { StoredSafeModeReason } from '../ports/safe-modes.ts';

/** What of a plan says whether it leads out of safe mode. */
export type AdmittedPlan = Pick<
  StoredPlan,
  'runId' | 'kind' | 'subjectRunId' | 'scope' | 'createdAt'
>;

/** Plans about a run that take it back, finish it, or give its rows what they held before. A purge does neither: it gives up the way back. */
const SETTLES_ITS_SUBJECT: ReadonlySet<PlanKind> = new Set(['undo', 'rollback', 'restore']);

/**
 * Whether executing `plan` is an exit from safe mode for `reason`: the run that met it, goes on; it is taken back; or what it left
 * undone is planned again. Pure but for the index that it reads.
 */
export function isExitFor(
  plan: AdmittedPlan,
  reason: StoredSafeModeReason,
  begunRuns: Pick<BegunRuns, 'find'>,
): boolean {
  if (plan.runId === reason.runId) return true;
  if (plan.subjectRunId === reason.runId) return SETTLES_ITS_SUBJECT.has(plan.kind);
  const begun = begunRuns.find(reason.runId);
  return (
    plan.kind === 'rollback' &&
    begun?.kind === 'rollback' &&
    // An older plan does not know what the run did.
    plan.createdAt > reason.at &&
    sameScope(plan.scope, begun.scope)
  );
}

function sameScope(left: Scope, right: Scope): boolean {
  return (
    left.batchId === right.batchId &&
    left.userId === right.userId &&
    left.failedOnly === right.failedOnly &&
    left.full === right.full &&
    left.startDate === right.startDate &&
    left.endDate === right.endDate &&
    left.mode === right.mode
  );
}

/** Whether safe mode lets a plan be executed, or its run go on. */
export function admissionOf(
  plan: AdmittedPlan,
  reasons: readonly StoredSafeModeReason[],
  begunRuns: Pick<BegunRuns, 'find'>,
): SafeModeAdmission {
  const [first] = reasons;
  if (first === undefined) return { admission: 'free', sentence: null };
  const { targetName } = first;
  if (reasons.some((reason) => isExitFor(plan, reason, begunRuns))) {
    return {
      admission: 'exit',
      sentence: `${targetName} is in safe mode since ${first.at}. This leads out of it: once it has succeeded and is verified, safe mode ends.`,
    };
  }
  return {
    admission: 'refused',
    sentence: `${targetName} is in safe mode since ${first.at}: ${first.sentence}`,
  };
}

/** @throws TARGET_IN_SAFE_MODE naming why and the exits. Nothing was changed. */
export function checkAdmission(
  plan: AdmittedPlan,
  reasons: readonly StoredSafeModeReason[],
  begunRuns: Pick<BegunRuns, 'find'>,
): void {
  const [first] = reasons;
  const { admission, sentence } = admissionOf(plan, reasons, begunRuns);
  if (first === undefined || admission !== 'refused') return;
  throw new OperatorError('TARGET_IN_SAFE_MODE', {
    message: `${String(sentence)} Nothing was changed now.`,
    hint: `See the exits with \`unwind safe-mode\`. Going on with the run is one: unwind resume ${first.runId}`,
    details: {
      target: first.targetName,
      since: first.at,
      reasons: reasons.map(({ runId, code, at, sentence: why }) => ({
        runId,
        code,
        at,
        sentence: why,
      })),
    },
  });
}
