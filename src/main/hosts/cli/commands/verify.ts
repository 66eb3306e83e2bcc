import type { CommandContext, CommandResult } from '../command.ts';
import { findRun } from '../flow/find-run.ts';
import { renderVerification } from '../render/run.ts';
import { forDisplay } from '../visible.ts';

/** `unwind verify RUN`: reads again what the run was about and what it must not have changed. */
export async function runVerify(
  context: CommandContext,
  { args }: { readonly args: readonly string[] },
): Promise<CommandResult<'verify'>> {
  const { client } = await context.open();
  const runId = await findRun(context, args[0] ?? '');
  const verification = await client.run.verify({ runId });
  return {
    exitCode: verification.passed ? 0 : 9,
    text: `Run ${runId}\n${renderVerification(context.terminal, forDisplay(verification))}`,
    document: { runId, verification },
  };
}
