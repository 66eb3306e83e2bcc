import { spawnSync } from 'node:child_process';

/** Whether a command is found on PATH and starts. */
export function isInstalled(command: string): boolean {
  return ['--version', 'version'].some(
    (argument) => spawnSync(command, [argument], { stdio: 'ignore' }).status === 0,
  );
}
