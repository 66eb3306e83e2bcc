import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext } from '../command.ts';
import { findRun } from './find-run.ts';

/** What `undo` and `quarantine purge` are about: a run that is still to be planned for, or a saved plan. */
export type Subject =
  | { readonly kind: 'plan'; readonly plan: string }
  | { readonly kind: 'run'; readonly find: (context: CommandContext) => Promise<string> };

/** Takes either RUN or `--plan`. @throws USAGE_INVALID both or neither, or a digest without a plan. */
export function subjectOf(
  run: string | undefined,
  options: { readonly plan?: string; readonly planDigest?: string },
): Subject {
  const { plan } = options;
  if ((run === undefined) === (plan === undefined)) {
    throw new OperatorError('USAGE_INVALID', {
      message:
        run === undefined ? 'Neither RUN nor --plan is given.' : 'Both RUN and --plan are given.',
      hint: 'Name the run to plan for, or with --plan a plan that was made before. `unwind runs list` lists both.',
    });
  }
  if (plan !== undefined) return { kind: 'plan', plan };
  if (options.planDigest !== undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: '--plan-digest says which saved plan is meant, but no --plan is given.',
      hint: 'Give --plan with the file or the id of the plan instead of RUN.',
    });
  }
  return { kind: 'run', find: (context) => findRun(context, run ?? '') };
}
