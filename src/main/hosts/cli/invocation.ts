import type { CommandContext, CommandName, CommandResult, GlobalOptions } from './command.ts';

/** What was typed, understood: a command with its arguments and options, ready to run. */
export interface Invocation {
  readonly name: CommandName;
  readonly globals: GlobalOptions;
  readonly run: (context: CommandContext) => Promise<CommandResult<CommandName>>;
}
