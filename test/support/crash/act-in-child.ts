import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundleProgram } from '../system/bundle-program.ts';
import type { Act } from './act.ts';

const ENTRY = new URL('./act-child.ts', import.meta.url);

/** How a child process ended. */
export interface ChildEnd {
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
  readonly output: string;
}

/** Starts processes that do one act each, dying at `crashAt` (`<point>[:n]`) if it is given. */
export interface ActChildren {
  act(env: Readonly<Record<string, string>>, act: Act, crashAt?: string): Promise<ChildEnd>;
  remove(): void;
}

/** Bundles the child into one file, which starts in a third of the time of the sources: a matrix starts thousands. */
export async function bundleActChildren(): Promise<ActChildren> {
  const program = await bundleProgram(ENTRY, 'one');
  return {
    act: (env, act, crashAt) =>
      runChild(program.path, JSON.stringify(act), {
        // Beside the bundle and not with other children's: it goes with the bundle, which is another one each time.
        NODE_COMPILE_CACHE: join(program.folder, 'compiled'),
        ...env,
        PATH: process.env['PATH'] ?? '',
        ...(crashAt === undefined ? {} : { UNWIND_CRASH_AT: crashAt }),
      }),
    remove: () => {
      program.remove();
    },
  };
}

function runChild(
  program: string,
  argument: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildEnd> {
  const child = spawn(process.execPath, [program, argument], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (bytes: Buffer): void => {
    output += bytes.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      resolve({ signal, exitCode, output });
    });
  });
}
