import type { CommandContext, CommandResult } from '../command.ts';
import { findRun } from '../flow/find-run.ts';
import { runKeysOf } from '../flow/outcome.ts';
import { renderCheckpoints, renderStages, renderWaiting } from '../render/stages.ts';
import { forDisplay } from '../visible.ts';

/** `unwind checkpoints RUN`: the checkpoints that a run has reached, and its stages. */
export async function runCheckpoints(
  context: CommandContext,
  { args }: { readonly args: readonly string[] },
): Promise<CommandResult<'checkpoints'>> {
  const { client } = await context.open();
  const runId = await findRun(context, args[0] ?? '');
  const run = await client.run.get({ runId });
  const { stages, checkpoints, takenBackTo } = run;
  const shown = forDisplay(run);
  const { terminal } = context;
  return {
    exitCode: 0,
    text: [
      `${terminal.colors.bold('Checkpoints')}\n${renderCheckpoints(terminal, shown.checkpoints)}`,
      renderStages(terminal, shown.stages),
      run.state === 'at-checkpoint' ? renderWaiting(shown) : '',
    ]
      .filter((part) => part !== '')
      .join('\n'),
    document: { ...runKeysOf(run), stages, checkpoints, takenBackTo },
  };
}
