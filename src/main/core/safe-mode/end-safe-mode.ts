import { nowIso } from '../ports/clock.ts';
import type { StoredPlan } from '../ports/run-file.ts';
import type { StoredSafeModeReason } from '../ports/safe-modes.ts';
import { isExitFor } from './admission.ts';
import { endReasons } from './end-reasons.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/** A restore may bring back some rows and hold others: what is open then still is. As long as it is the run that met the reason, it has verified itself. */
function answers(plan: StoredPlan, reason: StoredSafeModeReason): boolean {
  if (plan.kind !== 'restore' || plan.runId === reason.runId) return true;
  return plan.scope.full && plan.counts.held === 0;
}

/**
 * Ends the reasons that a run has answered by succeeding, verified; returns the runs that had met them. Ending them again does nothing.
 */
export function endSafeMode(parts: SafeModeParts, plan: StoredPlan): readonly string[] {
  const answered = parts.safeModes
    .reasons(plan.target.fingerprint)
    .filter((reason) => answers(plan, reason) && isExitFor(plan, reason, parts.begunRuns));
  if (answered.length === 0) return [];
  const why = `Run ${plan.runId} succeeded and was verified.`;
  return endReasons(parts, answered, { at: nowIso(parts.clock), why });
}
