import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Freezes the servers of a workspace's sandbox: what asks the bucket waits. Returns the way to let them go
 * on, which a test calls in any case: a frozen server cannot even end.
 *
 * A run on a sandbox takes a second; this holds it in the middle for as long as a test looks at it.
 */
export async function freezeSandbox(home: string): Promise<() => void> {
  const file = path.join(home, 'sandbox', 'server.json');
  const { pid } = JSON.parse(await readFile(file, 'utf8')) as { pid: number };
  // The sandbox leads a process group of its own: its server and the workerd that it started.
  process.kill(-pid, 'SIGSTOP');
  return () => {
    try {
      process.kill(-pid, 'SIGCONT');
    } catch (error) {
      // It has ended: there is nothing to thaw.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
}
