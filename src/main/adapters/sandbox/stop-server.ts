import { codeOf, sandboxFailed } from './errors.ts';
import { findServer } from './find-server.ts';
import { waitForLock } from './process-lock.ts';
import { sandboxPaths } from './sandbox-paths.ts';

const GRACE_MS = 10_000;

/**
 * Ends the server of a sandbox and returns when its process is gone. Does nothing where none is proved to run.
 *
 * The lock tells when it is gone, not the pid: a pid may be somebody else's by then.
 */
export async function stopServer(root: string): Promise<void> {
  const server = await findServer(root);
  if (server === undefined) return;

  signal(server.pid, 'SIGTERM');
  if (await isGone(root)) return;
  // The lock is still held by the process that was proved to be ours: its pid cannot have been given away, nor can its group's.
  signal(process.platform === 'win32' ? server.pid : -server.pid, 'SIGKILL');
  if (await isGone(root)) return;
  throw sandboxFailed({
    during: 'to stop the sandbox',
    path: root,
    reason: `its server process ${String(server.pid)} does not end.`,
    hint: `End process ${String(server.pid)} by hand, then repeat.`,
  });
}

async function isGone(root: string): Promise<boolean> {
  const release = await waitForLock(sandboxPaths(root).serverLock, GRACE_MS);
  release?.();
  return release !== undefined;
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself in between, which is what was wanted.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
