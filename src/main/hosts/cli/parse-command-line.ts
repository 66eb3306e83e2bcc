import { Command, CommanderError } from 'commander';
import { createBinder } from './define-command.ts';
import type { Invocation } from './invocation.ts';
import { addCommands } from './program/add-commands.ts';
import { version } from './version.ts';

/** What a command line comes to: a command to run, help or version that was printed, or a mistake that was explained. */
export type ParsedCommandLine =
  | { readonly kind: 'command'; readonly invocation: Invocation }
  | { readonly kind: 'printed' }
  | { readonly kind: 'mistake'; readonly message: string };

/** Where the parser writes help and explanations. */
export interface ParserOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Understands a command line without doing anything but printing help, version or what is wrong. */
export function parseCommandLine(argv: readonly string[], output: ParserOutput): ParsedCommandLine {
  let invocation: Invocation | undefined;
  const program = createProgram(output, (chosen) => {
    invocation = chosen;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'printed' };
    const message = error.code === 'commander.help' ? 'No command was given.' : error.message;
    return { kind: 'mistake', message: message.replace(/^error: /, '') };
  }
  return invocation === undefined ? { kind: 'printed' } : { kind: 'command', invocation };
}

/** The program with all its commands; also what the documentation is held against. */
export function createProgram(
  output: ParserOutput,
  choose: (invocation: Invocation) => void,
): Command {
  const program = new Command('unwind')
    .description('Take a data migration back: plan, proof, confirmation, run, undo.')
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: output.stdout, writeErr: output.stderr })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Usage: unwind [options] <command>\nMore: unwind --help')
    .option('--target <name>', 'the target to work on')
    .option('--config <file>', 'read this config file')
    .option('--home <folder>', 'the workspace (UNWIND_HOME)')
    .option('--d1-path <path>', 'D1 file, folder, glob or wrangler project (D1_LOCAL_PATH)')
    .option('--bucket <name>', 'R2 bucket (R2_BUCKET_NAME)')
    .option('--endpoint <url>', 'S3 endpoint (R2_ENDPOINT)')
    .option('--originals <folder-or-url>', 'where the originals are (UNWIND_ORIGINALS)')
    .option('--json', 'print one JSON document, errors too')
    .option('--no-color', 'no colours')
    .option('--quiet', 'no progress and no remarks')
    .addHelpText('after', helpEnd);
  addCommands(program, createBinder(choose));
  return program;
}

const helpEnd = `
Examples:
  unwind sandbox create                      something to try it on
  unwind status
  unwind plan --batch-id B1                  look: nothing is changed
  unwind rollback --batch-id B1 --confirm    plan, ask, run, verify
  unwind undo RUN --confirm                  take the rollback back
  unwind drill                               all of it, on a fresh sandbox

Exit status: 0 success, 1 general, 2 configuration or usage, 3 database, 4 R2, 5 file, 6 refused, 7 target locked,
8 partial, can be resumed, 9 verification or integrity failed, 130 cancelled.`;
