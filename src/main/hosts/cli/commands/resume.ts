import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { RecoveryExplanation, RunDetail } from '../../../../shared/domain/run.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { findRun, findUnfinishedRun } from '../flow/find-run.ts';
import { exitCodeOf, runKeysOf } from '../flow/outcome.ts';
import { watchRun } from '../flow/watch-run.ts';
import { renderExplanation } from '../render/explanation.ts';
import { count, countOf } from '../render/format.ts';
import { renderRunDetail } from '../render/run.ts';
import { filesLeft, waitsAt } from '../render/stages.ts';
import { forDisplay, visible } from '../visible.ts';

export interface ResumeOptions extends GlobalOptions {
  readonly explain?: true;
  readonly niceRatio?: number;
}

/** `unwind resume [RUN]`: says what an unfinished run left behind and what follows from it, then goes on; with `--explain` only says it. */
export async function runResume(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: ResumeOptions },
): Promise<CommandResult<'resume'>> {
  const { client } = await context.open();
  const [name] = args;
  const found = name === undefined ? await findUnfinishedRun(client) : undefined;
  if (found !== undefined) context.note(`The only unfinished run: ${found.inWords}\n`);
  const runId = found?.runId ?? (await findRun(context, name ?? ''));
  const before = await client.run.get({ runId });
  // A run that goes on is nobody's to explain: what is under way there is not open.
  const explanation =
    before.state === 'running' || before.state === 'planned'
      ? null
      : await explain(context, { runId, explain: options.explain === true ? 'only' : 'first' });
  const explained =
    explanation === null ? '' : `${renderExplanation(context.terminal, forDisplay(explanation))}\n`;
  if (options.explain === true) {
    return {
      exitCode: 0,
      text:
        explained === ''
          ? `Run ${runId} is ${before.state}: there is nothing to resume.\n`
          : explained,
      document: { ...runKeysOf(before), run: before, explanation },
    };
  }
  context.say(explained);
  await client.run.resume({ runId, niceRatio: options.niceRatio });
  if (before.state === 'at-checkpoint') context.say(`${goesOn(before)}\n`);
  const { run, interrupted } = await watchRun(context, runId);
  return {
    exitCode: exitCodeOf(run, interrupted ? 'interrupted' : 'by-itself'),
    text: renderRunDetail(context.terminal, forDisplay(run)),
    document: { ...runKeysOf(run), run, explanation },
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

/** The explanation; before a resume, one that cannot be made is no reason not to try: the resume says itself what is wrong. */
async function explain(
  context: CommandContext,
  request: { readonly runId: string; readonly explain: 'only' | 'first' },
): Promise<RecoveryExplanation | null> {
  const { client } = await context.open();
  try {
    return await client.run.explain({ runId: request.runId });
  } catch (error) {
    if (request.explain === 'only') throw error;
    const { toCliError } = await import('../errors.ts');
    const known = toCliError(error);
    if (!(known instanceof OperatorError)) throw error;
    context.note(`What a resume would find cannot be said beforehand: ${known.message}\n`);
    return null;
  }
}
