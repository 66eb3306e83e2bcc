import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { COMPILE_CACHE } from '../system/compile-cache.ts';
import { webHostEntry } from './built-console.ts';

/** A browser door of its own: a real process on a workspace of its own. */
export interface StartedConsole {
  readonly url: string;
  readonly home: string;
  readonly pid: number;
  /** From the start of the process to the line with the URL. */
  readonly startedInMs: number;
  /** Lines on standard error so far. */
  readonly said: readonly string[];
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  /** Resolves with the exit status once the process has ended. */
  readonly exited: Promise<number | null>;
  /** Ends the process in order and removes its workspace. */
  close(): Promise<void>;
}

/** How a console is started; without `home` it gets a new workspace, which `close` removes. */
export interface ConsoleOptions {
  readonly home?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const END_TIMEOUT_MS = 20_000;

/** Starts the web host and returns when it has printed its URL. Throws what it printed when it ends before. */
export async function startConsole(options: ConsoleOptions = {}): Promise<StartedConsole> {
  const home = options.home ?? (await aWorkspaceFolder());
  const startedAtMs = performance.now();
  const child = spawnWebHost(
    ['--no-open', '--port', '0', '--home', home, ...(options.args ?? [])],
    {
      cwd: home,
      env: options.env ?? {},
    },
  );
  const url = await Promise.race([child.firstLine, child.exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`The web host ended: ${child.said.join('\n')}`);
  return {
    url,
    home,
    pid: child.process.pid ?? 0,
    startedInMs: performance.now() - startedAtMs,
    said: child.said,
    exited: child.exited,
    signal: (name) => child.process.kill(name),
    async close() {
      await end(child.process, child.exited);
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

/** A web host process with its output. */
export interface WebHostProcess {
  readonly process: ChildProcess;
  readonly firstLine: Promise<string>;
  readonly said: readonly string[];
  readonly exited: Promise<number | null>;
}

/** Starts the web host with nothing of this machine's configuration in its environment. */
export function spawnWebHost(
  args: readonly string[],
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): WebHostProcess {
  const inherited = ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = spawn(process.execPath, [webHostEntry(), ...args], {
    cwd: where.cwd,
    env: { ...Object.fromEntries(inherited), ...COMPILE_CACHE, ...where.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const lines = createInterface({ input: child.stdout });
  const firstLine = new Promise<string>((resolve) => {
    lines.once('line', resolve);
  });
  const exited = once(child, 'close').then(() => child.exitCode);
  return { process: child, firstLine, said, exited };
}

/** A folder for a workspace; whoever asks for it removes it. */
export function aWorkspaceFolder(): Promise<string> {
  return mkdtemp(path.join(os.tmpdir(), 'unwind-home-'));
}

/** In order first; by force, and by its id only, when it does not end. */
async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
