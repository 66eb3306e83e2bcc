import type { ExitCode } from '../../../shared/domain/error-codes.ts';
import type { CommandContext, CommandName, CommandResult } from './command.ts';
import type { Interrupts } from './interrupts.ts';
import type { Invocation } from './invocation.ts';
import type { FailureDocument } from './json/documents.ts';
import { parseCommandLine } from './parse-command-line.ts';
import type { OpenSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Everything that the CLI takes from its process. */
export interface CliCall {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly terminal: Terminal;
  readonly interrupts: Interrupts;
  /** The program that serves the sandbox. */
  readonly sandboxEntry: URL;
}

/** Parses, runs and renders one command line; returns the exit status. Never throws for what an operator can meet. */
export async function runCli(call: CliCall): Promise<ExitCode> {
  const { stdout, stderr } = call.terminal;
  const parsed = parseCommandLine(call.argv, {
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
  });
  if (parsed.kind === 'printed') return 0;
  if (parsed.kind === 'command') return runInvocation(call, parsed.invocation);
  // The parser cannot tell any more whether --json was among what it did not understand.
  if (call.argv.includes('--json')) await printUsageFailure(call.terminal, parsed.message);
  return 2;
}

async function runInvocation(call: CliCall, invocation: Invocation): Promise<ExitCode> {
  const { terminal } = call;
  let session: Promise<OpenSession> | undefined;
  const context = contextOf(call, invocation, () => {
    session ??= openIn(call, invocation);
    return session;
  });
  try {
    const result = await withClosing(invocation.run(context), () => session);
    print(terminal, invocation, result);
    return result.exitCode;
  } catch (error) {
    return printFailure(terminal, invocation, error);
  }
}

/** Closes the session whatever happened. What the command threw speaks first; a failure to close is not swallowed either. */
async function withClosing<Result>(
  work: Promise<Result>,
  session: () => Promise<OpenSession> | undefined,
): Promise<Result> {
  let result: Result;
  try {
    result = await work;
  } catch (error) {
    await closeAfter(error, session());
    throw error;
  }
  await (await session())?.close();
  return result;
}

async function closeAfter(
  error: unknown,
  session: Promise<OpenSession> | undefined,
): Promise<void> {
  try {
    await (await session)?.close();
  } catch (closingError) {
    // The session that could not be opened fails with the very error that is being told.
    if (closingError === error) return;
    const { toCliError } = await import('./errors.ts');
    const { OperatorError } = await import('../../../shared/domain/operator-error.ts');
    const first = toCliError(error);
    throw new OperatorError(first.code, {
      message: first.message,
      hint: first.hint,
      details: first.details,
      cause: new AggregateError([error, closingError]),
    });
  }
}

function contextOf(
  call: CliCall,
  invocation: Invocation,
  open: () => Promise<OpenSession>,
): CommandContext {
  const { terminal } = call;
  const { globals } = invocation;
  return {
    terminal,
    globals,
    env: call.env,
    cwd: call.cwd,
    sandboxEntry: call.sandboxEntry,
    interrupts: call.interrupts,
    open,
    say: (text) => (globals.json ? terminal.stderr : terminal.stdout).write(text),
    note: (text) => {
      if (!globals.quiet) terminal.stderr.write(text);
    },
  };
}

async function openIn(call: CliCall, { globals }: Invocation): Promise<OpenSession> {
  const { openSession } = await import('./session.ts');
  const { env, cwd, sandboxEntry } = call;
  return openSession({ env, cwd, globals, sandboxEntry });
}

function print(
  terminal: Terminal,
  invocation: Invocation,
  result: CommandResult<CommandName>,
): void {
  if (invocation.globals.json) {
    const { exitCode, document } = result;
    printDocument(terminal, {
      command: invocation.name,
      ok: exitCode === 0,
      exitCode,
      ...document,
    });
  } else {
    terminal.stdout.write(result.text);
  }
}

async function printFailure(
  terminal: Terminal,
  invocation: Invocation,
  thrown: unknown,
): Promise<ExitCode> {
  const [{ toCliError }, { renderError }, { toWire }] = await Promise.all([
    import('./errors.ts'),
    import('./render/error.ts'),
    import('../../../shared/domain/operator-error.ts'),
  ]);
  const error = toCliError(thrown);
  if (invocation.globals.json) {
    const { exitCode } = error;
    printDocument(terminal, {
      command: invocation.name,
      ok: false,
      exitCode,
      error: toWire(error),
    });
  } else {
    terminal.stderr.write(renderError(terminal, error));
  }
  return error.exitCode;
}

async function printUsageFailure(terminal: Terminal, message: string): Promise<void> {
  const { OperatorError, toWire } = await import('../../../shared/domain/operator-error.ts');
  const error = new OperatorError('USAGE_INVALID', {
    message,
    hint: 'unwind --help lists the commands; unwind COMMAND --help its options.',
  });
  const failure: FailureDocument = { command: null, ok: false, exitCode: 2, error: toWire(error) };
  printDocument(terminal, failure);
}

function printDocument(terminal: Terminal, document: object): void {
  terminal.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
