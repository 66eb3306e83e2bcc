import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ErrorCode } from '../../../src/shared/domain/error-codes.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunState } from '../../../src/shared/domain/run.ts';

export type RacerOrder =
  | {
      readonly act: 'start';
      readonly runId: string;
      readonly digest: string;
      readonly confirmation: string;
    }
  | { readonly act: 'resume'; readonly runId: string };

/** How an order ended: refused with a code, or the state in which the run ended. */
export interface RacerAnswer {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly state: RunState | null;
}

/** An operator in a process of its own. */
export interface Racer {
  readonly pid: number;
  obey(order: RacerOrder): Promise<RacerAnswer>;
}

const CHILD = fileURLToPath(new URL('./racer-child.ts', import.meta.url));

/** Starts an operator, ready to obey at once; its process is killed when the test ends. */
export async function aRacer(env: Readonly<Record<string, string>>): Promise<Racer> {
  const child = fork(CHILD, [], {
    env: { ...env, PATH: process.env['PATH'] ?? '' },
    execArgv: [],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  await nextMessage(child);
  return {
    pid: child.pid ?? 0,
    obey: async (order) => {
      const answer = nextMessage(child);
      child.send(order);
      return (await answer) as RacerAnswer;
    },
  };
}

/** The order to start a plan, with the right consent. */
export function toStart(plan: PlanSummary): RacerOrder {
  return {
    act: 'start',
    runId: plan.runId,
    digest: plan.digest,
    confirmation: plan.confirmationPhrase,
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The racer ended with ${String(code)} before it answered.`);
  });
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [unknown];
  return message;
}
