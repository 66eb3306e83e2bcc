import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { renderConfig } from '../render/config.ts';
import { forDisplay } from '../visible.ts';

/** `unwind config show`: every setting with its origin, and no secret. */
export async function runConfigShow(
  context: CommandContext,
  { options }: { readonly options: GlobalOptions },
): Promise<CommandResult<'config show'>> {
  const { client } = await context.open();
  const config = await client.config.show({ target: options.target });
  return {
    exitCode: 0,
    text: renderConfig(context.terminal, forDisplay(config)),
    document: config,
  };
}
