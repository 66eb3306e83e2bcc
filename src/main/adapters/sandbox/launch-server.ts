import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sandboxFailed } from './errors.ts';
import { sandboxPaths } from './sandbox-paths.ts';

/** What the server process does before it serves. */
export type LaunchMode =
  | { readonly kind: 'serve' }
  | { readonly kind: 'create'; readonly seed: number }
  | { readonly kind: 'replace'; readonly seed: number };

/** What the server process tells the one that started it. */
export const ServerMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('failed'), reason: z.string(), stack: z.string() }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

interface Launch {
  readonly path: string;
  readonly serverEntry: URL;
  readonly ownerPid?: number;
}

const READY_TIMEOUT_MS = 60_000;

/**
 * The only variables that the server process gets: what Node and workerd need to run. Keys and passwords that the
 * operator has in the environment are none of its business.
 */
const PASSED_VARIABLES = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'SystemRoot',
  'LD_LIBRARY_PATH',
  'NODE_ENV',
];

/**
 * Starts a server process that outlives this one, and returns once it serves.
 *
 * If this process dies before that, the server ends by itself. @throws SANDBOX_FAILED no process is left.
 */
export async function launchServer(launch: Launch, mode: LaunchMode): Promise<void> {
  const log = await open(sandboxPaths(launch.path).log, 'w', 0o600);
  try {
    const child = spawn(
      process.execPath,
      [fileURLToPath(launch.serverEntry), ...argumentsOf(launch, mode)],
      {
        // Its own process group: it survives our terminal, and the group can be ended as a whole.
        detached: true,
        stdio: ['ignore', log.fd, log.fd, 'ipc'],
        env: serverEnvironment(),
        windowsHide: true,
      },
    );
    await untilReady(child, launch, mode);
    child.disconnect();
    child.unref();
  } finally {
    await log.close();
  }
}

function argumentsOf(launch: Launch, mode: LaunchMode): readonly string[] {
  return [
    `--path=${launch.path}`,
    ...(mode.kind === 'serve' ? [] : [`--${mode.kind}=${String(mode.seed)}`]),
    ...(launch.ownerPid === undefined ? [] : [`--owner-pid=${String(launch.ownerPid)}`]),
  ];
}

function serverEnvironment(): NodeJS.ProcessEnv {
  const passed = PASSED_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // In Electron the executable is Electron itself; this makes it behave as Node.
  return { ...Object.fromEntries(passed), ELECTRON_RUN_AS_NODE: '1' };
}

async function untilReady(child: ChildProcess, launch: Launch, mode: LaunchMode): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  const timeout = setTimeout(() => child.kill('SIGKILL'), READY_TIMEOUT_MS);
  try {
    const message = await Promise.race([
      once(child, 'message', { signal }).then(([value]: unknown[]) => ServerMessage.parse(value)),
      once(child, 'exit', { signal }).then(() => undefined),
    ]);
    if (message?.kind === 'ready') return;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    throw await launchFailure({ launch, mode, message });
  } catch (error) {
    // Also a child that could not even be spawned: 'error' rejects both promises above.
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timeout);
    settled.abort();
  }
}

async function launchFailure(failure: {
  readonly launch: Launch;
  readonly mode: LaunchMode;
  readonly message: Extract<ServerMessage, { kind: 'failed' }> | undefined;
}): Promise<Error> {
  const { launch, mode, message } = failure;
  const printed = await readFile(sandboxPaths(launch.path).log, 'utf8');
  const cause = new Error(
    message?.reason ?? `The server process ended: ${printed.slice(-2_000).trim()}`,
  );
  if (message !== undefined) cause.stack = message.stack;
  return sandboxFailed({
    during: mode.kind === 'serve' ? 'to start the sandbox' : 'to create the sandbox',
    path: launch.path,
    reason: message?.reason ?? 'its server process ended before it served.',
    hint: `Look into ${launch.path}.log for what it printed, then repeat.`,
    cause,
  });
}
