import type { ExitCode } from '../../../shared/domain/error-codes.ts';
import type { UnwindClient } from '../engine/client.ts';
import type { Interrupts } from './interrupts.ts';
import type { Documents } from './json/documents.ts';
import type { Terminal } from './terminal.ts';

/** Names of the commands, as typed. */
export type CommandName = keyof Documents;

/** Options that every command takes. */
export interface GlobalOptions {
  readonly target?: string;
  readonly config?: string;
  readonly home?: string;
  readonly d1Path?: string;
  readonly bucket?: string;
  readonly endpoint?: string;
  readonly originals?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly color: boolean;
}

/** The application, opened for one command. */
export interface Session {
  readonly client: UnwindClient;
  readonly workspacePath: string;
}

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly globals: GlobalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The program that serves the sandbox. */
  readonly sandboxEntry: URL;
  readonly interrupts: Interrupts;
  /** Opens the application; a second call returns the same session. Closed after the command. */
  readonly open: () => Promise<Session>;
  /** Text for people while the command goes on: standard output, or standard error with `--json`. */
  readonly say: (text: string) => void;
  /** A remark beside the result, to standard error; silent with `--quiet`. */
  readonly note: (text: string) => void;
}

/** What a command ends with: text for people, the same as data, and the exit status. */
export type CommandResult<Name extends CommandName> = ResultWith<Documents[Name]>;

interface ResultWith<Document> {
  readonly exitCode: ExitCode;
  readonly text: string;
  readonly document: Document;
}
