import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import type { ExecuteOptions } from '../flow/execute-plan.ts';
import { followPlan } from '../flow/make-plan.ts';
import { openSavedPlan, planOrRun } from '../flow/plan-or-run.ts';
import { subjectOf } from '../flow/subject.ts';
import { parseDigest } from '../plan-digest.ts';

export interface UndoOptions extends GlobalOptions, ExecuteOptions {
  readonly plan?: string;
  /** The checkpoint to go back to; left out: all of the run is taken back. */
  readonly to?: string;
}

/** `unwind undo RUN`: shows the plan that takes a rollback back, and with `--confirm` executes it. */
export async function runUndo(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: UndoOptions },
): Promise<CommandResult<'undo'>> {
  const planDigest = parseDigest(options.planDigest);
  const subject = subjectOf(args[0], options);
  const { client } = await context.open();
  if (subject.kind === 'plan') {
    if (options.to !== undefined) throw checkpointOfSavedPlan();
    const saved = await openSavedPlan(context, { plan: subject.plan, kind: 'undo', planDigest });
    return planOrRun(context, saved, options);
  }
  const runId = await subject.find(context);
  const request = { runId, toCheckpoint: options.to };
  const plan = await followPlan(context, (signal) => client.plan.createUndo(request, { signal }));
  return planOrRun(context, plan, options);
}

function checkpointOfSavedPlan(): OperatorError {
  return new OperatorError('USAGE_INVALID', {
    message: '--plan executes a saved plan as it is; --to cannot change it.',
    hint: 'Leave --to out, or name the run instead of the plan.',
  });
}
