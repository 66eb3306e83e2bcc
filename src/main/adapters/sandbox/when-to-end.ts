import { codeOf } from './errors.ts';

const OWNER_CHECK_MS = 500;

/**
 * Resolves when the server is to end in good order: SIGTERM, SIGINT, or the death of its owner.
 *
 * Call it once miniflare runs: its own listeners for these signals are taken away, because they end the process at once,
 * without waiting for workerd and with our files still locked.
 */
export function whenToEnd(ownerPid: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
      process.removeAllListeners(signal);
      process.on(signal, resolve);
    }
    if (ownerPid === undefined) return;
    setInterval(() => {
      if (!isAlive(ownerPid)) resolve();
    }, OWNER_CHECK_MS);
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
