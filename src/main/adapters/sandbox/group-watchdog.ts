import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Guards against orphans; `dismiss` lets it go when nothing is left to guard. */
export interface GroupWatchdog {
  dismiss(): Promise<void>;
}

/**
 * Sees to it that workerd ends when this process is killed outright (SIGKILL, out of memory), when nobody cleans up.
 *
 * A shell of a few hundred kilobytes waits on a pipe whose other end only this process holds. The pipe breaks with this
 * process, and the shell kills its own process group: workerd and itself. No pid is remembered, so none can be recycled.
 * This process must be the leader of its group. On Windows the system's job object ends the children by itself.
 */
export function armGroupWatchdog(): GroupWatchdog {
  if (process.platform === 'win32') return { dismiss: async () => undefined };
  const shell = spawn('/bin/sh', ['-c', 'read -r _ && exit 0; kill -9 0'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return {
    dismiss: async () => {
      if (shell.exitCode !== null || shell.signalCode !== null) return;
      const gone = once(shell, 'exit');
      shell.ref();
      shell.stdin.end('done\n');
      await gone;
    },
  };
}
