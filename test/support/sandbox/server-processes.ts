import { execFileSync } from 'node:child_process';
import { vi } from 'vitest';

interface ProcessLine {
  readonly pid: number;
  readonly group: number;
  readonly command: string;
}

/**
 * Every living process. Zombies wait for their parent only and count as gone, and so does a process that the system has begun to clear
 * away: its memory goes before its files and their locks, and a process without memory is shown as `[name]`, or `(name)` on macOS.
 */
function processes(): readonly ProcessLine[] {
  const lines = execFileSync('ps', ['-eww', '-o', 'pid=,pgid=,stat=,args='], {
    encoding: 'utf8',
  }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || /^[[(]/.test(command) || state?.startsWith('Z') === true)
      return [];
    return [{ pid: Number(pid), group: Number(group), command }];
  });
}

/** Pids of the server processes that were started for the sandbox in `path`. */
export function serversOf(path: string): readonly number[] {
  return processes()
    .filter(
      ({ command, pid, group }) => pid === group && command.includes(`--path=${path} `.trim()),
    )
    .map(({ pid }) => pid);
}

/** Pids of the processes in a server's group: itself, its workerd, its watchdog. */
export function groupOf(serverPid: number): readonly number[] {
  return processes()
    .filter(({ group }) => group === serverPid)
    .map(({ pid }) => pid);
}

/** Pid of the workerd that a server runs. */
export function workerdOf(serverPid: number): number | undefined {
  return memberOf(serverPid, 'workerd');
}

/** Pid of the shell that guards a server's group. */
export function watchdogOf(serverPid: number): number | undefined {
  return memberOf(serverPid, '/bin/sh');
}

function memberOf(serverPid: number, program: string): number | undefined {
  return processes().find(({ group, command }) => group === serverPid && command.includes(program))
    ?.pid;
}

/** Waits until nothing of a server's group lives. */
export async function untilGroupIsGone(serverPid: number): Promise<void> {
  await vi.waitUntil(() => groupOf(serverPid).length === 0, { timeout: 10_000, interval: 50 });
}
