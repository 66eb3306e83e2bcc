import { createInterface } from 'node:readline/promises';
import type { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext } from '../command.ts';
import { visible } from '../visible.ts';

/** Asks the operator to type `phrase` and returns what was typed. @throws `cancelled` on Ctrl-C or the end of the input. */
export function askPhrase(
  context: CommandContext,
  request: { readonly phrase: string; readonly cancelled: OperatorError },
): Promise<string> {
  const phrase = context.terminal.colors.bold(visible(request.phrase));
  return ask(context, { question: `To consent, type: ${phrase}\n> `, ...request });
}

/** Asks a question that is answered by y or n; anything but a yes is a no. @throws `cancelled` on Ctrl-C or the end of the input. */
export async function askYesNo(
  context: CommandContext,
  request: { readonly question: string; readonly cancelled: OperatorError },
): Promise<boolean> {
  const question = `${visible(request.question)} [y/N] `;
  return /^y(es)?$/i.test((await ask(context, { ...request, question })).trim());
}

async function ask(
  context: CommandContext,
  request: { readonly question: string; readonly cancelled: OperatorError },
): Promise<string> {
  const { terminal } = context;
  const input = createInterface({ input: terminal.stdin, output: terminal.stderr });
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => undefined);
  input.once('close', () => {
    closed.reject(request.cancelled);
  });
  // The prompt has the terminal in its own mode, so Ctrl-C arrives at it, not as a signal.
  input.once('SIGINT', () => {
    terminal.stderr.write('\n');
    input.close();
  });
  const stopListening = context.interrupts.listen(() => {
    input.close();
  });
  try {
    return await Promise.race([input.question(request.question), closed.promise]);
  } finally {
    stopListening();
    input.close();
  }
}
