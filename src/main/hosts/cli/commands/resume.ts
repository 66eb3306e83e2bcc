import type { RunDetail } from '../../../../shared/domain/run.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import { findRun, findUnfinishedRun } from '../flow/find-run.ts';
import { exitCodeOf, runKeysOf } from '../flow/outcome.ts';
import { watchRun } from '../flow/watch-run.ts';
import { count, countOf } from '../render/format.ts';
import { renderRunDetail } from '../render/run.ts';
import { filesLeft, waitsAt } from '../render/stages.ts';
import { forDisplay, visible } from '../visible.ts';

/** `unwind resume [RUN]`: goes on with an unfinished run, explaining each decision. */
export async function runResume(
  context: CommandContext,
  { args }: { readonly args: readonly string[] },
): Promise<CommandResult<'resume'>> {
  const { client } = await context.open();
  const [name] = args;
  const runId = await (name === undefined ? findUnfinishedRun(client) : findRun(context, name));
  const before = await client.run.get({ runId });
  await client.run.resume({ runId });
  if (before.state === 'at-checkpoint') context.say(`${goesOn(before)}\n`);
  const { run, interrupted } = await watchRun(context, runId);
  return {
    exitCode: exitCodeOf(run, interrupted ? 'interrupted' : 'by-itself'),
    text: renderRunDetail(context.terminal, forDisplay(run)),
    document: { ...runKeysOf(run), run },
  };
}

/** What a resume does with a run that waited at a checkpoint. */
function goesOn(run: RunDetail): string {
  const from = `Goes on from checkpoint ${visible(waitsAt(run) ?? '')}`;
  const next = run.stages.find((stage) => stage.state === 'waiting');
  const left = filesLeft(run);
  return next === undefined || next.files === left
    ? `${from} with the remaining ${countOf(left, 'file')}.`
    : `${from} with ${countOf(next.files, 'file')} of the remaining ${count(left)}, then waits again.`;
}
