import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import type { ExecuteOptions } from '../flow/execute-plan.ts';
import { findRun } from '../flow/find-run.ts';
import { findSnapshot } from '../flow/find-snapshot.ts';
import { followPlan } from '../flow/make-plan.ts';
import { openSavedPlan, planOrRun } from '../flow/plan-or-run.ts';
import { parseDigest } from '../plan-digest.ts';
import { parseAcceptances } from '../scope-options.ts';

export interface RestoreOptions extends GlobalOptions, ExecuteOptions {
  readonly plan?: string;
  readonly batchId?: string;
  readonly reconstructed?: true;
  readonly run?: string;
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
  if (options.plan !== undefined) {
    const { plan } = options;
    const saved = await openSavedPlan(context, { plan, kind: 'restore', planDigest });
    return planOrRun(context, saved, options);
  }
  const { target } = context.globals;
  if (name === undefined) {
    const runId = options.run === undefined ? undefined : await findRun(context, options.run);
    const about = { target, runId, batchId: options.batchId, acceptances };
    const plan = await followPlan(context, (signal) =>
      client.emergency.createRestore(about, { signal }),
    );
    return planOrRun(context, plan, options);
  }
  const snapshotId = await findSnapshot(client, name);
  const about = { snapshotId, target, batchId: options.batchId, acceptances };
  const plan = await followPlan(context, (signal) =>
    client.snapshot.createRestore(about, { signal }),
  );
  return planOrRun(context, plan, options);
}

/** @throws USAGE_INVALID not exactly one of SNAPSHOT, `--reconstructed` and `--plan`, or an option without what it belongs to. */
function checkSource(name: string | undefined, options: RestoreOptions): void {
  const sources = [name, options.plan, options.reconstructed].filter((one) => one !== undefined);
  if (sources.length !== 1) {
    throw new OperatorError('USAGE_INVALID', {
      message: 'Exactly one of SNAPSHOT, --reconstructed and --plan has to be given.',
      hint: 'Name the snapshot to plan with (`unwind snapshots list`), or with --plan a plan that was made before.',
    });
  }
  if (options.run !== undefined && options.reconstructed === undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: '--run belongs to --reconstructed: a snapshot is of one run anyway.',
      hint: 'Leave --run out, or give --reconstructed instead of SNAPSHOT.',
    });
  }
  if (options.plan === undefined && options.planDigest !== undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: '--plan-digest says which saved plan is meant, but no --plan is given.',
      hint: 'Give --plan with the file or the id of the plan instead of SNAPSHOT.',
    });
  }
}
