import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext, CommandName, CommandResult, GlobalOptions } from './command.ts';
import type { Invocation } from './invocation.ts';

/** A command's code: gets what was typed, returns its result. */
type Runner<Name extends CommandName> = (
  context: CommandContext,
  // Commander fills options as they are declared; the declaration in program/ and the interface of the command agree, which
  // the tests of each option hold.
  invocation: { readonly args: readonly string[]; readonly options: never },
) => Promise<CommandResult<Name>>;

/** Ties a declared command to its code, which `load` brings when it runs. */
export type CommandBinder = <Name extends CommandName>(
  name: Name,
  command: Command,
  load: () => Promise<Runner<Name>>,
) => void;

/** A binder that hands the chosen command to `choose` instead of running it: parsing stays apart from doing. */
export function createBinder(choose: (invocation: Invocation) => void): CommandBinder {
  return (name, command, load) => {
    command.showHelpAfterError(
      `Usage: unwind ${name} ${command.usage()}\nMore: unwind ${name} --help`,
    );
    command.action(() => {
      const options = command.optsWithGlobals<GlobalOptions>();
      choose({
        name,
        globals: options,
        run: async (context) => {
          const run = await load();
          return run(context, { args: command.args, options: options as never });
        },
      });
    });
  };
}

/** An option that takes a whole number in a range. */
export function wholeNumber(
  flags: string,
  description: string,
  range: { readonly from: number; readonly to?: number },
): Option {
  const { from, to = Number.MAX_SAFE_INTEGER } = range;
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    const most = range.to === undefined ? 'up' : `to ${String(to)}`;
    throw new InvalidArgumentError(`It must be a whole number from ${String(from)} ${most}.`);
  });
}

/** An option that takes words out of `choices`, with commas between them. */
export function wordList(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, `${description} (${choices.join(', ')})`).argParser((text: string) => {
    const words = text.split(',').map((word) => word.trim());
    const unknown = words.find((word) => !choices.includes(word));
    if (unknown === undefined) return [...new Set(words)];
    throw new InvalidArgumentError(`"${unknown}" is none of ${choices.join(', ')}.`);
  });
}
