import type { Opened } from '../run/opened-run.ts';
import { checkAdmission } from './admission.ts';
import { lookAtBegunRuns } from './look-at-begun-runs.ts';
import type { SafeModeParts } from './safe-mode-parts.ts';

/**
 * Lets a run begin or go on, under its lease: not on a target in safe mode, unless it is an exit.
 * @throws TARGET_IN_SAFE_MODE @throws LEDGER_INVALID where nobody knows whether the target is in safe mode. Nothing was changed.
 */
export async function admitRun(
  parts: SafeModeParts,
  { runFile, target }: Pick<Opened, 'runFile' | 'target'>,
): Promise<void> {
  const { fingerprint } = target.identity;
  await lookAtBegunRuns(parts, { fingerprint, lease: 'held' });
  checkAdmission(runFile.readPlan(), parts.safeModes.reasons(fingerprint), parts.begunRuns);
}
