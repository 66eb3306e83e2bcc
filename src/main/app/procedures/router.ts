import { activityProcedures } from './activity-procedures.ts';
import { analysisProcedures } from './analysis-procedures.ts';
import { debtProcedures } from './debt-procedures.ts';
import { emergencyProcedures } from './emergency-procedures.ts';
import { planMakingProcedures } from './plan-making-procedures.ts';
import { planReadingProcedures } from './plan-reading-procedures.ts';
import { preflightProcedures } from './preflight-procedures.ts';
import { type ProcedureParts, procedureContext } from './procedure-context.ts';
import { reconcileProcedures } from './reconcile-procedures.ts';
import { runProcedures } from './run-procedures.ts';
import { safeModeProcedures } from './safe-mode-procedures.ts';
import { sandboxProcedures } from './sandbox-procedures.ts';
import { snapshotProcedures } from './snapshot-procedures.ts';
import { targetProcedures } from './target-procedures.ts';
import { vaultProcedures } from './vault-procedures.ts';

/** The router that implements the whole contract: the compiler refuses a procedure that is missing or of another shape. */
export function createRouter(parts: ProcedureParts) {
  const context = procedureContext(parts);
  return context.os.router({
    ...targetProcedures(context),
    vault: vaultProcedures(context),
    preflight: preflightProcedures(context),
    plan: { ...planMakingProcedures(context), ...planReadingProcedures(context) },
    run: runProcedures(context),
    reconcile: reconcileProcedures(context),
    debt: debtProcedures(context),
    safeMode: safeModeProcedures(context),
    snapshot: snapshotProcedures(context),
    emergency: emergencyProcedures(context),
    sandbox: sandboxProcedures(context),
    activity: activityProcedures(context),
    analysis: analysisProcedures(context),
  });
}

/** What `createRouter` makes. */
export type Router = ReturnType<typeof createRouter>;
