import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import type { ExecuteOptions } from '../flow/execute-plan.ts';
import { followPlan } from '../flow/make-plan.ts';
import { openSavedPlan, planOrRun } from '../flow/plan-or-run.ts';
import { subjectOf } from '../flow/subject.ts';
import { parseDigest } from '../plan-digest.ts';
import { renderQuarantine } from '../render/quarantine.ts';
import { parseAcceptances } from '../scope-options.ts';
import { forDisplay } from '../visible.ts';

export interface PurgeOptions extends GlobalOptions, ExecuteOptions {
  readonly plan?: string;
  readonly acceptBlastRadius?: string;
}

/** `unwind quarantine list`: what can still be restored, and purged. */
export async function runQuarantineList(
  context: CommandContext,
): Promise<CommandResult<'quarantine list'>> {
  const { client } = await context.open();
  const { entries } = await client.quarantine.list({});
  return {
    exitCode: 0,
    text: renderQuarantine(context.terminal, forDisplay(entries)),
    document: { entries },
  };
}

/** `unwind quarantine purge RUN`: the point of no return, as a plan, and with `--confirm` as a run. */
export async function runQuarantinePurge(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: PurgeOptions },
): Promise<CommandResult<'quarantine purge'>> {
  const planDigest = parseDigest(options.planDigest);
  const acceptances = parseAcceptances(options);
  const subject = subjectOf(args[0], options);
  const { client } = await context.open();
  if (subject.kind === 'plan') {
    const saved = await openSavedPlan(context, { plan: subject.plan, kind: 'purge', planDigest });
    return planOrRun(context, saved, options);
  }
  const runId = await subject.find(context);
  const plan = await followPlan(context, (signal) =>
    client.plan.createPurge({ runId, acceptances }, { signal }),
  );
  return planOrRun(context, plan, options);
}
