import { parseArgs } from 'node:util';
import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** How the browser door was asked to open. */
export interface WebFlags {
  readonly help: boolean;
  readonly open: boolean;
  /** `undefined`: the usual port, or any when it is taken. 0: any. */
  readonly port: number | undefined;
  readonly configFile: string | undefined;
  /** What the app takes from the command line, by setting name. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Same address at every start, so that it can be bookmarked. */
export const USUAL_PORT = 4666;

export const USAGE = `Usage: unwind web [options]

Opens the console in the browser, on this machine only (127.0.0.1).

  --port N       port to listen on (default: ${String(USUAL_PORT)}, or any free one when it is taken; 0: any)
  --no-open      only print the URL
  --target NAME  the target to start with
  --home FOLDER  the workspace (default: UNWIND_HOME, else the platform's data folder)
  --config FILE  the configuration file
  --help         this text

The URL is printed on standard output, everything else on standard error.
Ctrl-C ends the console; while a run is going it asks first and then stops at a safe boundary.
Exit status: 0 ended · 1 failed · 2 wrong usage or configuration · 8 a run was stopped and can be resumed
`;

const OPTIONS = {
  help: { type: 'boolean', default: false },
  'no-open': { type: 'boolean', default: false },
  port: { type: 'string' },
  home: { type: 'string' },
  config: { type: 'string' },
  target: { type: 'string' },
} as const;

/** Reads the command line. @throws USAGE_INVALID */
export function parseWebFlags(args: readonly string[]): WebFlags {
  const { values } = parse(args);
  return {
    help: values.help,
    open: !values['no-open'],
    port: values.port === undefined ? undefined : parsePort(values.port),
    configFile: values.config,
    settings: {
      ...(values.home === undefined ? {} : { UNWIND_HOME: values.home }),
      ...(values.target === undefined ? {} : { target: values.target }),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : 'The command line is not valid.', cause);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw usage(`--port takes a number from 0 to 65535, not "${text}".`);
}

function usage(message: string, cause?: unknown): OperatorError {
  return new OperatorError('USAGE_INVALID', {
    message,
    hint: 'See --help for the options of the browser door.',
    cause,
  });
}
