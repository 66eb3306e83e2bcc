import { implementer, type ProcedureParts } from './procedure-context.ts';
import { planProcedures } from './plan-procedures.ts';
import { runProcedures } from './run-procedures.ts';
import { sandboxProcedures } from './sandbox-procedures.ts';
import { targetProcedures } from './target-procedures.ts';

/** The router that implements the whole contract: the compiler refuses a procedure that is missing or of another shape. */
export function createRouter(parts: ProcedureParts) {
  return implementer.router({
    ...targetProcedures(parts),
    plan: planProcedures(parts),
    run: runProcedures(parts),
    sandbox: sandboxProcedures(parts),
  });
}

/** What `createRouter` makes. */
export type Router = ReturnType<typeof createRouter>;
