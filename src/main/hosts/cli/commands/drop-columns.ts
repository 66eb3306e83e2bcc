import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import type { ExecuteOptions } from '../flow/execute-plan.ts';
import { followPlan } from '../flow/make-plan.ts';
import { openSavedPlan, planOrRun } from '../flow/plan-or-run.ts';
import { parseDigest } from '../plan-digest.ts';
import { parseAcceptances } from '../scope-options.ts';

export interface DropColumnsOptions extends GlobalOptions, ExecuteOptions {
  readonly plan?: string;
  readonly acceptNoUndo?: string;
}

/** `unwind drop-columns`: the last, optional step after a rollback of a saved-file schema, as a plan, and with `--confirm` as a run. */
export async function runDropColumns(
  context: CommandContext,
  { options }: { readonly options: DropColumnsOptions },
): Promise<CommandResult<'drop-columns'>> {
  const planDigest = parseDigest(options.planDigest);
  const acceptances = parseAcceptances(options);
  if (options.plan === undefined && planDigest !== undefined) throw digestWithoutPlan();
  const { client } = await context.open();
  if (options.plan !== undefined) {
    const saved = await openSavedPlan(context, {
      plan: options.plan,
      kind: 'drop-columns',
      planDigest,
    });
    return planOrRun(context, saved, options);
  }
  const { target } = context.globals;
  const plan = await followPlan(context, (signal) =>
    client.plan.createDropColumns({ target, acceptances }, { signal }),
  );
  return planOrRun(context, plan, options);
}

function digestWithoutPlan(): OperatorError {
  return new OperatorError('USAGE_INVALID', {
    message: '--plan-digest says which saved plan is meant, but no --plan is given.',
    hint: 'Give --plan with the file or the id of the plan.',
  });
}
