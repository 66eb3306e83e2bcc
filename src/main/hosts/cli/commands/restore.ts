import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import type { ExecuteOptions } from '../flow/execute-plan.ts';
import { findSnapshot } from '../flow/find-snapshot.ts';
import { followPlan } from '../flow/make-plan.ts';
import { openSavedPlan, planOrRun } from '../flow/plan-or-run.ts';
import { parseDigest } from '../plan-digest.ts';
import { parseAcceptances } from '../scope-options.ts';

export interface RestoreOptions extends GlobalOptions, ExecuteOptions {
  readonly plan?: string;
  readonly batchId?: string;
  readonly acceptTriggers?: string;
  readonly acceptBlastRadius?: string;
}

/** `unwind restore SNAPSHOT`: the plan that gives rows the kept values, and with `--confirm` the run. */
export async function runRestore(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: RestoreOptions },
): Promise<CommandResult<'restore'>> {
  const planDigest = parseDigest(options.planDigest);
  const acceptances = parseAcceptances(options);
  const name = args[0];
  checkSource(name, options);
  const { client } = await context.open();
  if (name === undefined) {
    const saved = await openSavedPlan(context, {
      plan: options.plan ?? '',
      kind: 'restore',
      planDigest,
    });
    return planOrRun(context, saved, options);
  }
  const snapshotId = await findSnapshot(client, name);
  const { target } = context.globals;
  const plan = await followPlan(context, (signal) =>
    client.snapshot.createRestore(
      { snapshotId, target, batchId: options.batchId, acceptances },
      { signal },
    ),
  );
  return planOrRun(context, plan, options);
}

/** @throws USAGE_INVALID not exactly one of SNAPSHOT and `--plan`, or a digest without a plan. */
function checkSource(name: string | undefined, options: RestoreOptions): void {
  if ((name === undefined) === (options.plan === undefined)) {
    throw new OperatorError('USAGE_INVALID', {
      message:
        name === undefined
          ? 'Neither SNAPSHOT nor --plan is given.'
          : 'Both SNAPSHOT and --plan are given.',
      hint: 'Name the snapshot to plan with (`unwind snapshots list`), or with --plan a plan that was made before.',
    });
  }
  if (options.plan === undefined && options.planDigest !== undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: '--plan-digest says which saved plan is meant, but no --plan is given.',
      hint: 'Give --plan with the file or the id of the plan instead of SNAPSHOT.',
    });
  }
}
