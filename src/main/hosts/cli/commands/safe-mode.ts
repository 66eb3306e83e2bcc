import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { SafeMode } from '../../../../shared/domain/safe-mode.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { askPhrase } from '../flow/ask-phrase.ts';
import { renderLeft, renderSafeMode, renderSafeModes } from '../render/safe-mode.ts';
import { forDisplay } from '../visible.ts';

export interface SafeModeLeaveOptions extends GlobalOptions {
  readonly reason: string;
  readonly force?: true;
}

/** `unwind safe-mode [TARGET]`: which targets are in safe mode, why, and the exits. */
export async function runSafeModeShow(
  context: CommandContext,
  { args }: { readonly args: readonly string[] },
): Promise<CommandResult<'safe-mode show'>> {
  const { client } = await context.open();
  const { safeModes } = await client.safeMode.list({});
  const [name = context.globals.target] = args;
  const shown = safeModes.filter((one) => name === undefined || one.targetName === name);
  return {
    exitCode: 0,
    text: renderSafeModes(context.terminal, forDisplay(shown)),
    document: { safeModes: shown },
  };
}

/** `unwind safe-mode leave TARGET`: leaves it because the operator has seen to it. */
export async function runSafeModeLeave(
  context: CommandContext,
  { args, options }: { readonly args: readonly string[]; readonly options: SafeModeLeaveOptions },
): Promise<CommandResult<'safe-mode leave'>> {
  const { client } = await context.open();
  const { safeModes } = await client.safeMode.list({});
  const safeMode = oneOf(safeModes, args[0] ?? '');
  if (options.force !== true) {
    context.say(renderSafeMode(context.terminal, forDisplay(safeMode)));
  }
  const left = await client.safeMode.leave({
    fingerprint: safeMode.fingerprint,
    reasonCount: safeMode.reasons.length,
    reason: options.reason,
    confirmation: options.force ? safeMode.leavePhrase : await consent(context, safeMode),
  });
  return { exitCode: 0, text: renderLeft(forDisplay(left)), document: { left } };
}

/** @throws TARGET_NOT_IN_SAFE_MODE none has this name. @throws USAGE_INVALID the name has been given to several databases. */
function oneOf(safeModes: readonly SafeMode[], name: string): SafeMode {
  const named = safeModes.filter(
    (one) => one.targetName === name || (name.length >= 8 && one.fingerprint.startsWith(name)),
  );
  const [first, second] = named;
  if (first === undefined) {
    throw new OperatorError('TARGET_NOT_IN_SAFE_MODE', {
      message: `The target "${name}" is not in safe mode: there is nothing to leave.`,
      hint: 'See with `unwind safe-mode` which targets are.',
      details: { inSafeMode: safeModes.map((one) => one.targetName) },
    });
  }
  if (second === undefined) return first;
  throw new OperatorError('USAGE_INVALID', {
    message: `${String(named.length)} targets called "${name}" are in safe mode: the name was given to another database or bucket meanwhile.`,
    hint: 'Name one by its fingerprint: unwind safe-mode leave FINGERPRINT',
    details: { targets: named.map((one) => `${one.fingerprint}  since ${one.since}`) },
  });
}

async function consent(context: CommandContext, safeMode: SafeMode): Promise<string> {
  if (!context.terminal.interactive) {
    throw new OperatorError('CONFIRMATION_MISMATCH', {
      message: `Leaving safe mode needs a typed confirmation, and there is no terminal to ask at. ${safeMode.targetName} stays in safe mode.`,
      hint: 'Skip the prompt with --force, or run the command at a terminal.',
    });
  }
  const typed = await askPhrase(context, {
    phrase: safeMode.leavePhrase,
    cancelled: new OperatorError('CANCELLED', {
      message: `The confirmation was cancelled. ${safeMode.targetName} stays in safe mode.`,
      hint: 'Run the command again when you are ready.',
    }),
  });
  return typed.trim();
}
