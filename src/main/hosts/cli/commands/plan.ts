import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { followPlan, planPages } from '../flow/make-plan.ts';
import { runKeysOf } from '../flow/outcome.ts';
import { renderPlan } from '../render/plan.ts';
import { parseAcceptances, parseScope, type ScopeOptions } from '../scope-options.ts';
import { forDisplay } from '../visible.ts';

export interface PlanOptions extends GlobalOptions, ScopeOptions {}

/** `unwind plan`: what a rollback would change. Reads only. */
export async function runPlan(
  context: CommandContext,
  { options }: { readonly options: PlanOptions },
): Promise<CommandResult<'plan'>> {
  const scope = parseScope(options);
  const acceptances = parseAcceptances(options);
  const { client } = await context.open();
  const plan = await followPlan(context, (signal) =>
    client.plan.create({ target: options.target, scope, acceptances }, { signal }),
  );
  const [pages, run] = await Promise.all([
    planPages(client, plan),
    client.run.get({ runId: plan.runId }),
  ]);
  return {
    exitCode: 0,
    text: renderPlan(context.terminal, forDisplay(pages), 'with-command'),
    document: { ...runKeysOf(run), ...pages },
  };
}
