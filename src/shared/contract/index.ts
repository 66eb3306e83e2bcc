import { activityContract } from './activity.ts';
import { analysisContract } from './analysis.ts';
import { debtContract } from './debt.ts';
import { emergencyContract } from './emergency.ts';
import { planContract } from './plan.ts';
import { preflightContract } from './preflight.ts';
import { quarantineContract } from './quarantine.ts';
import { reconcileContract } from './reconcile.ts';
import { runContract } from './run.ts';
import { safeModeContract } from './safe-mode.ts';
import { sandboxContract } from './sandbox.ts';
import { snapshotContract } from './snapshot.ts';
import { statusContract } from './status.ts';
import { configContract, targetContract } from './target.ts';
import { vaultContract } from './vault.ts';

/** Everything that a door can ask of Unwind. All three doors speak this and nothing else. */
export const contract = {
  target: targetContract,
  config: configContract,
  vault: vaultContract,
  status: statusContract,
  preflight: preflightContract,
  plan: planContract,
  run: runContract,
  quarantine: quarantineContract,
  reconcile: reconcileContract,
  debt: debtContract,
  safeMode: safeModeContract,
  snapshot: snapshotContract,
  emergency: emergencyContract,
  sandbox: sandboxContract,
  activity: activityContract,
  analysis: analysisContract,
};
