import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type BundledProgram, bundleProgram } from '../support/system/bundle-program.ts';

/** Bundles a bench child, runs it on this Node and reads the JSON that it prints. Its stderr is shown. */
export async function inProcess<T>(
  child: string,
  args: readonly string[],
  options: { readonly shape: z.ZodType<T>; readonly env?: Readonly<Record<string, string>> },
): Promise<T> {
  const path = await programOf(child);
  // Flags for the measured process only, e.g. `--cpu-prof`.
  const flags = (process.env['UNWIND_BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag);
  const node = [...cliFlags(), ...flags];
  const output = await collect(process.execPath, [...node, path, ...args], options.env ?? {});
  return options.shape.parse(JSON.parse(output));
}

const bundled = new Map<string, Promise<BundledProgram>>();

/** Path of a program, below this folder, that is bundled once for all rounds and removed when this process ends. */
export async function programOf(child: string): Promise<string> {
  let program = bundled.get(child);
  if (program === undefined) {
    program = bundleProgram(new URL(child, import.meta.url), 'lazy');
    bundled.set(child, program);
    const made = await program;
    process.once('exit', () => {
      made.remove();
    });
  }
  return (await program).path;
}

/** The flags with which the CLI runs Node, from its first line: what is measured gets the same. */
function cliFlags(): readonly string[] {
  const cli = new URL('../../src/main/hosts/cli/main.ts', import.meta.url);
  const [firstLine = ''] = readFileSync(cli, 'utf8').split('\n');
  return firstLine.split(' ').filter((word) => word.startsWith('--'));
}

/** Runs a shell command and returns how many seconds it took. */
export async function timeCommand(
  command: string,
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const startedMs = performance.now();
  await collect('sh', ['-c', command], env);
  return (performance.now() - startedMs) / 1_000;
}

function collect(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(command, args, {
    env: { ...env, PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => chunks.push(bytes));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      if (exitCode === 0) resolve(Buffer.concat(chunks).toString());
      else reject(new Error(`${command} ${args.join(' ')} ended with ${String(exitCode)}.`));
    });
  });
}
