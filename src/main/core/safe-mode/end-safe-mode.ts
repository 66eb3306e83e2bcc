import { nowIso } from '../ports/clock.ts';
import type { StoredPlan } from '../ports/run-file.ts';
import { isExitFor } from './admission.ts';
import { endReasons } from './end-reasons.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/**
 * Ends the reasons that a run has answered by succeeding, verified; returns the runs that had met them. Ending them again does nothing.
 */
export function endSafeMode(parts: SafeModeParts, plan: StoredPlan): readonly string[] {
  const answered = parts.safeModes
    .reasons(plan.target.fingerprint)
    .filter((reason) => isExitFor(plan, reason, parts.begunRuns));
  if (answered.length === 0) return [];
  const why = `Run ${plan.runId} succeeded and was verified.`;
  return endReasons(parts, answered, { at: nowIso(parts.clock), why });
}
