import type { PreflightEvent } from '../../../shared/contract/preflight.ts';
import type { PreflightRequest } from '../../core/preflight/preflight-context.ts';
import { runPreflight } from '../../core/preflight/run-preflight.ts';
import { versionsHere } from '../versions.ts';
import type { ProcedureContext } from './procedure-context.ts';

/** What is thrown while the lines stream is past the middleware that gives errors the contract's form. */
async function* inContractForm(
  parts: ProcedureContext,
  request: PreflightRequest,
): AsyncGenerator<PreflightEvent, void, void> {
  try {
    yield* runPreflight({ ...parts, versions: versionsHere() }, request);
  } catch (error) {
    throw parts.toContractError(error);
  }
}

/** The procedure that looks at what a rollback needs. */
export function preflightProcedures(parts: ProcedureContext) {
  return {
    run: parts.os.preflight.run.handler(({ input }) =>
      inContractForm(parts, { target: input.target, mode: input.mode, groups: input.groups }),
    ),
  };
}
