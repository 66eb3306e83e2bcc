import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LeaseHolder } from '../../../src/main/core/ports/lease.ts';
import type { WireError } from '../../../src/shared/domain/operator-error.ts';

export type LeaseChildOrder = 'acquire' | 'release';

export type LeaseChildAnswer =
  | { readonly state: 'ready' | 'released' }
  | { readonly state: 'held'; readonly holder: LeaseHolder }
  | { readonly state: 'refused'; readonly error: WireError };

/** Another process that acts on the lease of a target. */
export interface LeaseProcess {
  readonly pid: number;
  /** Sends one order and gives its answer. */
  order(order: LeaseChildOrder): Promise<LeaseChildAnswer>;
  /** Kills the process with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a process for the lease of a target, ready to obey; it is killed when the test ends. */
export async function startLeaseProcess(start: {
  /** The program: gets `target` and `runId` as its arguments. */
  readonly script: URL;
  readonly target: string;
  readonly runId: string;
}): Promise<LeaseProcess> {
  const child = fork(fileURLToPath(start.script), [start.target, start.runId], { execArgv: [] });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  await nextAnswer(child);
  return {
    pid: child.pid ?? 0,
    order: (order) => {
      const answer = nextAnswer(child);
      child.send(order);
      return answer;
    },
    kill,
  };
}

async function nextAnswer(child: ChildProcess): Promise<LeaseChildAnswer> {
  const [answer] = (await once(child, 'message')) as [LeaseChildAnswer];
  return answer;
}
