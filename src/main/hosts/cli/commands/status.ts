import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { renderSafeMode } from '../render/safe-mode.ts';
import { renderStatus } from '../render/status.ts';
import { forDisplay } from '../visible.ts';

export interface StatusOptions extends GlobalOptions {
  readonly batchId?: string;
  readonly userId?: string;
  readonly limit: number;
  readonly offset: number;
  readonly content?: true;
}

/** `unwind status`: the batches, and per file the row, the object and the original. */
export async function runStatus(
  context: CommandContext,
  { options }: { readonly options: StatusOptions },
): Promise<CommandResult<'status'>> {
  const { client } = await context.open();
  const status = await client.status.get({
    target: options.target,
    batchId: options.batchId,
    userId: options.userId,
    limit: options.limit,
    offset: options.offset,
    originals: options.content ? 'content' : 'presence',
  });
  const { safeMode } = await client.safeMode.get({ fingerprint: status.target.fingerprint });
  const warning =
    safeMode === null ? '' : `${renderSafeMode(context.terminal, forDisplay(safeMode))}\n`;
  return {
    exitCode: 0,
    text: `${warning}${renderStatus(context.terminal, forDisplay(status))}`,
    document: { status, safeMode },
  };
}
