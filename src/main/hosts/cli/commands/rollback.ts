import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanSummary } from '../../../../shared/domain/plan.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import type { ExecuteOptions } from '../flow/execute-plan.ts';
import { followPlan } from '../flow/make-plan.ts';
import { openSavedPlan, planOrRun } from '../flow/plan-or-run.ts';
import { parseDigest } from '../plan-digest.ts';
import { parseAcceptances, parseScope, type ScopeOptions, scopeFlags } from '../scope-options.ts';
import { parseStages, type StageOptions, stageWords } from '../stage-options.ts';

export interface RollbackOptions
  extends GlobalOptions,
    ScopeOptions,
    StageOptions,
    Omit<ExecuteOptions, 'stageRequests'> {
  readonly plan?: string;
  readonly dryRun?: true;
}

/** `unwind rollback`: shows a plan, and with `--confirm` executes it. */
export async function runRollback(
  context: CommandContext,
  { options }: { readonly options: RollbackOptions },
): Promise<CommandResult<'rollback'>> {
  const stageRequests = parseStages(options);
  const plan = await findPlan(context, options);
  const executeCommand = [plan.executeCommand, ...stageWords(options)].join(' ');
  return planOrRun(context, { ...plan, executeCommand }, { ...options, stageRequests });
}

async function findPlan(context: CommandContext, options: RollbackOptions): Promise<PlanSummary> {
  const planDigest = parseDigest(options.planDigest);
  if (options.plan !== undefined) {
    refuseSelectors(options);
    return openSavedPlan(context, { plan: options.plan, kind: 'rollback', planDigest });
  }
  if (planDigest !== undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: '--plan-digest says which saved plan is meant, but no --plan is given.',
      hint: 'Add --plan with the file or the id of the plan.',
    });
  }
  const scope = parseScope(options);
  const acceptances = parseAcceptances(options);
  const { client } = await context.open();
  return followPlan(context, (signal) =>
    client.plan.create({ target: options.target, scope, acceptances }, { signal }),
  );
}

function refuseSelectors(options: RollbackOptions): void {
  const names = Object.keys(scopeFlags) as (keyof ScopeOptions)[];
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const flags = given.map((name) => scopeFlags[name]).join(', ');
  throw new OperatorError('USAGE_INVALID', {
    message: `--plan executes a saved plan as it is; ${flags} cannot change it.`,
    hint: 'Leave the selectors out, or leave --plan out to make a new plan.',
  });
}
