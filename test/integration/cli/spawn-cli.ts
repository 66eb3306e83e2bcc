import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { CommandName } from '../../../src/main/hosts/cli/command.ts';
import { type Documents, documentSchemaOf } from '../../../src/main/hosts/cli/json/documents.ts';
import type { WireError } from '../../../src/shared/domain/operator-error.ts';
import type { TestSandbox } from '../../support/sandbox/a-sandbox.ts';
import { COMPILE_CACHE } from '../../support/system/compile-cache.ts';

const cliEntry = fileURLToPath(new URL('../../../src/main/hosts/cli/main.ts', import.meta.url));

export interface CliEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliSettings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly nodeOptions?: readonly string[];
}

/** A running CLI, with what it has written so far. */
export interface CliChild {
  readonly child: ChildProcessWithoutNullStreams;
  readonly end: Promise<CliEnd>;
}

/** Starts the real CLI from source, with nothing of this process's configuration. Standard input is closed: nobody can be asked. */
export function startCli(args: readonly string[], settings: CliSettings = {}): CliChild {
  const child = spawn(process.execPath, [...(settings.nodeOptions ?? []), cliEntry, ...args], {
    cwd: settings.cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'], HOME: tmpdir(), ...COMPILE_CACHE, ...settings.env },
  });
  child.stdin.end();
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const end = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, ...written });
    });
  });
  return { child, end };
}

export function runCli(args: readonly string[], settings: CliSettings = {}): Promise<CliEnd> {
  return startCli(args, settings).end;
}

/** The document of a command that ended as expected, held against its schema. */
export async function jsonOf<Name extends CommandName>(
  name: Name,
  args: readonly string[],
  settings: CliSettings & { readonly exitCode?: number } = {},
): Promise<Documents[Name]> {
  const end = await runCli([...name.split(' '), ...args, '--json'], settings);
  const document: unknown = JSON.parse(end.stdout);
  documentSchemaOf(name).parse(document);
  const exitCode = settings.exitCode ?? 0;
  expect({ ...end, stdout: '' }).toMatchObject({ exitCode });
  expect(document).toMatchObject({ command: name, ok: exitCode === 0, exitCode });
  return document as Documents[Name];
}

/** The error of a command that fails before it has a result. */
export async function errorOf(
  command: CommandName,
  args: readonly string[],
  settings: CliSettings = {},
): Promise<WireError> {
  const end = await runCli([...command.split(' '), ...args, '--json'], settings);
  const document = JSON.parse(end.stdout) as { readonly error: WireError; readonly ok: boolean };
  documentSchemaOf(command).parse(document);
  expect(document).toMatchObject({ ok: false, error: { exitCode: end.exitCode } });
  return document.error;
}

/** Settings under which the sandbox is the only target. */
export function inWorkspaceOf(sandbox: TestSandbox): CliSettings {
  return { env: { UNWIND_HOME: sandbox.workspace } };
}

/** Variables that describe the sandbox's parts as a configured target, called default. */
export function asConfiguredTarget(
  sandbox: TestSandbox,
  change: Readonly<Record<string, string>> = {},
): { readonly env: Record<string, string> } {
  const { settings } = sandbox;
  return {
    env: {
      UNWIND_HOME: sandbox.workspace,
      USE_D1_DATABASE: 'true',
      D1_LOCAL_PATH: settings.databasePath,
      R2_BUCKET_NAME: settings.bucket,
      R2_ENDPOINT: settings.endpoint,
      R2_ACCESS_KEY_ID: settings.accessKeyId,
      R2_SECRET_ACCESS_KEY: settings.secretAccessKey,
      UNWIND_ORIGINALS: settings.originalsPath,
      ...change,
    },
  };
}

/** Everything that a rollback could change: rows of the three tables and keys of the bucket. */
export async function stateOf(sandbox: TestSandbox): Promise<unknown> {
  return {
    batches: sandbox.rows('select * from migration_batches order by id'),
    records: sandbox.rows('select * from file_migrations order by id'),
    files: sandbox.rows('select * from files order by id'),
    keys: await sandbox.keys(),
  };
}
