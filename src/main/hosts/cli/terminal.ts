import picocolors from 'picocolors';

/** Text in colour, or unchanged where colours are off. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** A stream that text goes to. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where the CLI reads from and writes to. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  /** Results. With `--json` one document and nothing else. */
  readonly stdout: Output;
  /** Progress, prompts and errors. */
  readonly stderr: Output;
  /** Whether a person can be asked: standard input and standard error are both a terminal. */
  readonly interactive: boolean;
  readonly colors: Colors;
  /** Width for tables; without an end where the output is no terminal, so that nothing is shortened in a file. */
  readonly columns: number;
}

/** The process's own streams. Colours are off with `--no-color`, `NO_COLOR`, or when the output is no terminal. */
export function processTerminal(settings: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly color: 'auto' | 'never';
}): Terminal {
  const { stdin, stdout, stderr } = process;
  const wanted =
    isSet(settings.env['FORCE_COLOR']) || (stdout.isTTY && !isSet(settings.env['NO_COLOR']));
  return {
    stdin,
    stdout,
    stderr,
    interactive: stdin.isTTY && stderr.isTTY,
    colors: picocolors.createColors(settings.color === 'auto' && wanted),
    columns: stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY,
  };
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== '0';
}
