import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanKind, PlanSummary } from '../../../../shared/domain/plan.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import { withCarriedOptions } from '../execute-command.ts';
import { isBlocked, isEmpty, renderPlan } from '../render/plan.ts';
import { renderRunDetail, renderRunEnd } from '../render/run.ts';
import { forDisplay } from '../visible.ts';
import { type ExecuteOptions, executePlan } from './execute-plan.ts';
import { findRun } from './find-run.ts';
import { planPages } from './make-plan.ts';
import { exitCodeOf, runKeysOf } from './outcome.ts';

const commandOf: Record<PlanKind, string> = {
  rollback: 'unwind rollback',
  undo: 'unwind undo',
  purge: 'unwind quarantine purge',
  'drop-columns': 'unwind drop-columns',
  restore: 'unwind restore',
};

/** Shows a plan and, with `--confirm`, executes it and tells how it ended. */
export async function planOrRun(
  context: CommandContext,
  plan: PlanSummary,
  options: ExecuteOptions,
): Promise<CommandResult<'rollback'>> {
  const { client } = await context.open();
  // A plan that does nothing, or may not be executed, is shown as what it is.
  const isStaged = !isBlocked(plan) && !isEmpty(plan);
  const pages = await planPages(client, plan, isStaged ? (options.stageRequests ?? []) : []);
  if (options.confirm !== true) {
    const run = await client.run.get({ runId: plan.runId });
    // A saved plan that was executed before is shown with its story, so that nobody takes it for a fresh one.
    const story =
      run.state === 'planned' ? '' : `\n${renderRunDetail(context.terminal, forDisplay(run))}`;
    return {
      exitCode: 0,
      text: renderPlan(context.terminal, forDisplay(pages), 'with-command') + story,
      document: { ...runKeysOf(run), ...pages, run: run.state === 'planned' ? null : run },
    };
  }
  context.say(renderPlan(context.terminal, forDisplay(pages), 'before-prompt'));
  const { run, interrupted } = await executePlan(context, plan, options);
  return {
    exitCode: exitCodeOf(run, interrupted ? 'interrupted' : 'by-itself'),
    text: `\n${renderRunEnd(context.terminal, forDisplay(run))}`,
    document: { ...runKeysOf(run), ...pages, run },
  };
}

/**
 * Opens a saved plan by file or id.
 * @throws USAGE_INVALID it is a plan of another kind.
 * @throws PLAN_TARGET_MISMATCH `--target` names another target.
 * @throws PLAN_DIGEST_MISMATCH it is not the plan with the digest that was named.
 */
export async function openSavedPlan(
  context: CommandContext,
  request: {
    readonly plan: string;
    readonly kind: PlanKind;
    readonly planDigest: string | undefined;
  },
): Promise<PlanSummary> {
  const { client } = await context.open();
  const runId = await findRun(context, request.plan);
  const { plan } = await client.run.get({ runId });
  if (plan.kind !== request.kind) {
    throw new OperatorError('USAGE_INVALID', {
      message: `The plan ${plan.planId} is a plan of ${plan.kind}, not of ${request.kind}.`,
      hint: `Use \`${commandOf[plan.kind]} --plan ${plan.planId}\`.`,
      details: { planId: plan.planId, kind: plan.kind },
    });
  }
  const { target } = context.globals;
  if (target !== undefined && target !== plan.target.name) {
    throw new OperatorError('PLAN_TARGET_MISMATCH', {
      message: `The plan ${plan.planId} was made for the target "${plan.target.name}", not for "${target}". Nothing was changed.`,
      hint: `Leave --target out, or make a plan for "${target}" with \`unwind plan --target ${target}\`.`,
      details: { planId: plan.planId, planned: plan.target.name, given: target },
    });
  }
  if (request.planDigest !== undefined && request.planDigest !== plan.digest) {
    throw new OperatorError('PLAN_DIGEST_MISMATCH', {
      message: `The plan ${plan.planId} has another digest than the one given. Nothing was changed.`,
      hint: `Look at the plan again with \`${commandOf[plan.kind]} --plan ${plan.planId}\` and use the digest it shows.`,
      details: { planId: plan.planId, expected: request.planDigest, actual: plan.digest },
    });
  }
  return withCarriedOptions(plan, context.globals);
}
