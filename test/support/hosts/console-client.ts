import { once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { UnwindClient } from '../../../src/main/hosts/engine/client.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';

/** A page of a started browser door, without a browser: the token is exchanged for the cookie, then the socket opened. */
export async function openConsoleClient(
  url: string,
): Promise<{ client: UnwindClient; close: () => void }> {
  const answer = await fetch(url, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const { host, origin } = new URL(url);
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { origin, cookie } });
  await once(socket, 'open');
  const link = new RPCLink({ websocket: socket as never });
  return {
    client: createORPCClient(link),
    close: () => {
      socket.close();
    },
  };
}

/** What `plan.create` takes as a scope. */
export type ScopeInput = Parameters<UnwindClient['plan']['create']>[0]['scope'];

/** Makes a plan and waits for it. */
export async function makePlan(client: UnwindClient, scope: ScopeInput): Promise<PlanSummary> {
  for await (const event of await client.plan.create({ scope })) {
    if (event.kind === 'created') return event.plan;
  }
  throw new Error('the stream ended without a plan');
}

/** Starts a plan as its operator would, with everything it asks for. */
export async function startRun(client: UnwindClient, plan: PlanSummary): Promise<void> {
  const { runId, digest, confirmationPhrase: confirmation } = plan;
  await client.run.start({ runId, digest, confirmation });
}

/** Starts a plan and waits until its run has ended. */
export async function runToEnd(client: UnwindClient, plan: PlanSummary): Promise<void> {
  await startRun(client, plan);
  const { runId } = plan;
  let last = 'none';
  for await (const progress of await client.run.watch({ runId })) last = progress.state;
  if (last !== 'ended') throw new Error(`the watch of run ${runId} broke off: ${last}`);
}

/** Compares the bucket with the rows and returns the id of the report. */
export async function reconcileNow(client: UnwindClient): Promise<string> {
  for await (const event of await client.reconcile.create({})) {
    if (event.kind === 'finished') return event.report.reportId;
  }
  throw new Error('the stream ended without a report');
}
