import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Sandbox, SandboxView } from '../../core/ports/sandbox.ts';
import { sandboxExists, sandboxFailed, sandboxMissing } from './errors.ts';
import { findServer } from './find-server.ts';
import { type LaunchMode, launchServer } from './launch-server.ts';
import { waitForLock } from './process-lock.ts';
import { sandboxPaths } from './sandbox-paths.ts';
import { readSettingsFile } from './sandbox-settings.ts';
import { stopServer } from './stop-server.ts';

export interface SandboxOptions {
  /** Folder of the sandbox, absolute; its parent is made where it is missing. */
  readonly path: string;
  /** The file that runs as the server process (`src/main/hosts/sandbox/main.ts`, or what it was built into). */
  readonly serverEntry: URL;
  /** Servers that are started here end when this process does. Without it they run until they are stopped. */
  readonly ownerPid?: number;
}

/** How long one operation waits for another one (of any process) on the same sandbox. */
const OPERATION_TIMEOUT_MS = 120_000;

const SILENT_SERVER_TIMEOUT_MS = 5_000;

/**
 * Opens the sandbox in a folder: D1 and R2 served by Cloudflare's own code in a process of their own, which goes on
 * after this one. Every call looks at the world anew, so that any number of processes may use one sandbox.
 */
export function openSandbox(options: SandboxOptions): Sandbox {
  const { path } = options;

  async function get(): Promise<SandboxView> {
    const settings = await readSettingsFile(path);
    if (settings === undefined) return absent(path);
    const server = await findServer(path);
    return {
      state: server === undefined ? 'stopped' : 'running',
      path,
      seed: settings.seed,
      endpoint: server?.endpoint ?? null,
      database: join(path, settings.databaseFile),
      originals: sandboxPaths(path).originals,
      bucket: settings.bucket,
      fileCount: settings.fileCount,
    };
  }

  async function launch(mode: LaunchMode): Promise<SandboxView> {
    await launchServer(options, mode);
    return get();
  }

  return {
    get,
    create: ({ seed }) =>
      alone(path, 'to create the sandbox', async () => {
        const existing = await readSettingsFile(path);
        if (existing !== undefined) throw sandboxExists(path, existing.seed);
        return launch({ kind: 'create', seed });
      }),
    start: () =>
      alone(path, 'to start the sandbox', async () => {
        const view = await get();
        if (view.state === 'absent') throw sandboxMissing(path);
        if (view.state === 'running') return view;
        await refuseSilentServer(path);
        return launch({ kind: 'serve' });
      }),
    stop: () =>
      alone(path, 'to stop the sandbox', async () => {
        await stopServer(path);
        return get();
      }),
    reset: () =>
      alone(path, 'to reset the sandbox', async () => {
        const settings = await readSettingsFile(path);
        if (settings === undefined) throw sandboxMissing(path);
        await stopServer(path);
        await refuseSilentServer(path);
        return launch({ kind: 'replace', seed: settings.seed });
      }),
  };
}

function absent(path: string): SandboxView {
  return {
    state: 'absent',
    path,
    seed: null,
    endpoint: null,
    database: null,
    originals: null,
    bucket: null,
    fileCount: null,
  };
}

/**
 * Waits for a server that is just ending. A second server on the same files would damage them, and one that does not
 * answer is not proved to be ours, so it is not killed either.
 */
async function refuseSilentServer(path: string): Promise<void> {
  const release = await waitForLock(sandboxPaths(path).serverLock, SILENT_SERVER_TIMEOUT_MS);
  release?.();
  if (release !== undefined) return;
  throw sandboxFailed({
    during: 'to take over the sandbox',
    path,
    reason: 'a process holds its server lock but does not answer as its server.',
    hint: 'Wait a few seconds and repeat. If it stays so, end that process (server.json names the one that was started last).',
  });
}

/** Runs `work` while no other process does anything to the same sandbox. */
async function alone<T>(path: string, during: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const release = await waitForLock(sandboxPaths(path).operationLock, OPERATION_TIMEOUT_MS);
  if (release === undefined) {
    throw sandboxFailed({
      during,
      path,
      reason: 'another process has been busy with it for two minutes.',
      hint: 'Wait for it, or end the other "unwind" that creates, starts, stops or resets this sandbox.',
    });
  }
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw sandboxFailed({ during, path, reason: 'the operating system refused.', cause });
  } finally {
    release();
  }
}
