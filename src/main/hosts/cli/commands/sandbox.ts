import type { SandboxState } from '../../../../shared/contract/sandbox.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { renderSandbox } from '../render/sandbox.ts';
import { forDisplay } from '../visible.ts';

export interface SandboxCreateOptions extends GlobalOptions {
  readonly seed?: number;
}

/** `unwind sandbox create`: a local D1 database and R2 bucket with a finished migration in them. */
export async function runSandboxCreate(
  context: CommandContext,
  { options }: { readonly options: SandboxCreateOptions },
): Promise<CommandResult<'sandbox create'>> {
  const { client } = await context.open();
  const { seed } = options;
  return told(context, await client.sandbox.create(seed === undefined ? {} : { seed }));
}

/** `unwind sandbox start`. */
export async function runSandboxStart(
  context: CommandContext,
): Promise<CommandResult<'sandbox start'>> {
  const { client } = await context.open();
  return told(context, await client.sandbox.start({}));
}

/** `unwind sandbox stop`. */
export async function runSandboxStop(
  context: CommandContext,
): Promise<CommandResult<'sandbox stop'>> {
  const { client } = await context.open();
  return told(context, await client.sandbox.stop({}));
}

/** `unwind sandbox reset`. */
export async function runSandboxReset(
  context: CommandContext,
): Promise<CommandResult<'sandbox reset'>> {
  const { client } = await context.open();
  return told(context, await client.sandbox.reset({}));
}

/** `unwind sandbox path`: the folder and nothing else, for scripts. */
export async function runSandboxPath(
  context: CommandContext,
): Promise<CommandResult<'sandbox path'>> {
  const { client } = await context.open();
  const sandbox = await client.sandbox.get({});
  return { exitCode: 0, text: `${sandbox.path}\n`, document: { sandbox } };
}

function told(
  context: CommandContext,
  sandbox: SandboxState,
): { exitCode: 0; text: string; document: { sandbox: SandboxState } } {
  return {
    exitCode: 0,
    text: renderSandbox(context.terminal, forDisplay(sandbox)),
    document: { sandbox },
  };
}
