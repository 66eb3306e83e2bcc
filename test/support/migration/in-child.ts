import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import { COMPILE_CACHE } from '../system/compile-cache.ts';

const CHILD = fileURLToPath(new URL('./run-child.ts', import.meta.url));

/** How a child process ended. */
export interface ChildEnd {
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
  readonly output: string;
}

function inChild(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  crashAt: string | undefined,
): Promise<ChildEnd> {
  const child = spawn(process.execPath, [CHILD, ...args], {
    env: {
      ...COMPILE_CACHE,
      ...env,
      PATH: process.env['PATH'] ?? '',
      ...(crashAt === undefined ? {} : { UNWIND_CRASH_AT: crashAt }),
    },
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

/** Executes a plan in a process of its own, in stages of so many files, which dies at `crashAt` (`<point>[:n]`) if it is given. */
export function startInChild(
  env: Readonly<Record<string, string>>,
  plan: PlanSummary,
  crashAt?: string,
  stages: readonly number[] = [],
): Promise<ChildEnd> {
  const consent = [plan.runId, plan.digest, plan.confirmationPhrase];
  return inChild(env, ['start', ...consent, ...stages.map(String)], crashAt);
}

/** Resumes a run in a process of its own. */
export function resumeInChild(
  env: Readonly<Record<string, string>>,
  runId: string,
  crashAt?: string,
): Promise<ChildEnd> {
  return inChild(env, ['resume', runId], crashAt);
}

/** Verifies a snapshot in a process of its own. */
export function verifySnapshotInChild(
  env: Readonly<Record<string, string>>,
  snapshotId: string,
  crashAt?: string,
): Promise<ChildEnd> {
  return inChild(env, ['verify-snapshot', snapshotId], crashAt);
}

/** Packs everything into the file `path` in a process of its own. */
export function packInChild(
  env: Readonly<Record<string, string>>,
  path: string,
  crashAt?: string,
): Promise<ChildEnd> {
  return inChild(env, ['pack', path], crashAt);
}
