import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import type { ExecuteOptions } from '../flow/execute-plan.ts';
import { findRun } from '../flow/find-run.ts';
import { followPlan } from '../flow/make-plan.ts';
import { openSavedPlan, planOrRun } from '../flow/plan-or-run.ts';
import { subjectOf } from '../flow/subject.ts';
import { parseDigest } from '../plan-digest.ts';
import { renderDebt, renderDebts } from '../render/debts.ts';
import { parseAcceptances, type ScopeOptions } from '../scope-options.ts';
import { forDisplay } from '../visible.ts';

export interface DebtsShowOptions extends GlobalOptions {
  readonly limit: number;
  readonly offset: number;
}

export interface DebtsCloseOptions
  extends GlobalOptions,
    ExecuteOptions,
    Pick<ScopeOptions, 'acceptUnknown' | 'acceptTriggers' | 'acceptBlastRadius'> {
  readonly plan?: string;
}

/** `unwind debts list`: what rollbacks of one half left open, and what became of it. */
export async function runDebtsList(context: CommandContext): Promise<CommandResult<'debts list'>> {
  const { client } = await context.open();
  const { debts } = await client.debt.list({});
  return {
    exitCode: 0,
    text: renderDebts(context.terminal, forDisplay(debts)),
    document: { debts },
  };
}

/** `unwind debts show RUN`: one debt, file by file. */
export async function runDebtsShow(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: DebtsShowOptions },
): Promise<CommandResult<'debts show'>> {
  const { client } = await context.open();
  const runId = await findRun(context, args[0] ?? '');
  const { limit, offset } = options;
  const shown = await client.debt.get({ runId, limit, offset });
  return { exitCode: 0, text: renderDebt(context.terminal, forDisplay(shown)), document: shown };
}

/** `unwind debts close RUN`: the missing half of a rollback, as a plan, and with `--confirm` as a run. */
export async function runDebtsClose(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: DebtsCloseOptions },
): Promise<CommandResult<'debts close'>> {
  const planDigest = parseDigest(options.planDigest);
  const acceptances = parseAcceptances(options);
  const subject = subjectOf(args[0], options);
  const { client } = await context.open();
  if (subject.kind === 'plan') {
    const saved = await openSavedPlan(context, {
      plan: subject.plan,
      kind: 'rollback',
      planDigest,
    });
    return planOrRun(context, saved, options);
  }
  const runId = await subject.find(context);
  const plan = await followPlan(context, (signal) =>
    client.debt.createClose({ runId, acceptances }, { signal }),
  );
  return planOrRun(context, plan, options);
}
