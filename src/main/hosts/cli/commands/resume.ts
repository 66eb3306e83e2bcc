import type { CommandContext, CommandResult } from '../command.ts';
import { findRun, findUnfinishedRun } from '../flow/find-run.ts';
import { exitCodeOf, runKeysOf } from '../flow/outcome.ts';
import { watchRun } from '../flow/watch-run.ts';
import { renderRunDetail } from '../render/run.ts';
import { forDisplay } from '../visible.ts';

/** `unwind resume [RUN]`: goes on with an unfinished run, explaining each decision. */
export async function runResume(
  context: CommandContext,
  { args }: { readonly args: readonly string[] },
): Promise<CommandResult<'resume'>> {
  const { client } = await context.open();
  const [name] = args;
  const runId = await (name === undefined ? findUnfinishedRun(client) : findRun(context, name));
  await client.run.resume({ runId });
  const { run, interrupted } = await watchRun(context, runId);
  return {
    exitCode: exitCodeOf(run, interrupted ? 'interrupted' : 'by-itself'),
    text: renderRunDetail(context.terminal, forDisplay(run)),
    document: { ...runKeysOf(run), run },
  };
}
