import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromCall, type UnwindClient } from '../../../src/main/hosts/engine/client.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { Progress } from '../../../src/shared/domain/run.ts';
import { allOf } from '../../support/hosts/a-tiny-engine.ts';
import { type ScopeInput, startRun } from '../../support/hosts/console-client.ts';
import { openThreeTransports, type ThreeTransports } from '../../support/hosts/three-transports.ts';

const ways = ['port', 'socket'] as const;

describe('transports', () => {
  let transports: ThreeTransports;
  let batchId: string;

  beforeAll(async () => {
    transports = await openThreeTransports();
    const { batches } = await transports.direct.status.get({});
    batchId = batches.find((batch) => batch.recomputed.completed > 0)?.batchId ?? '';
  });

  afterAll(async () => {
    await transports.close();
  });

  test.each(ways)('answers a call over %s as in the process itself', async (way) => {
    const [direct, other] = await Promise.all([
      transports.direct.status.get({ limit: 1000 }),
      transports[way].status.get({ limit: 1000 }),
    ]);

    expect({ ...other, checkedAt: '' }).toEqual({ ...direct, checkedAt: '' });
  });

  test.each(ways)('refuses over %s with the same error as in the process itself', async (way) => {
    const scope = { batchId: 'no-such-batch' };
    const errors = await Promise.all(
      [transports.direct, transports[way]].map((client) =>
        planOf(client, scope).catch((error: unknown) => fromCall(error)),
      ),
    );

    expect(errors[0]).toMatchObject({ code: 'SCOPE_EMPTY', exitCode: 2 });
    expect(errors[1]).toEqual(errors[0]);
  });

  test.each(ways)('streams the making of a plan over %s with the same end', async (way) => {
    const direct = await planOf(transports.direct, { batchId });
    const other = await planOf(transports[way], { batchId });

    expect(other.plan.counts).toEqual(direct.plan.counts);
    expect(other.plan.confirmationPhrase.length).toBe(direct.plan.confirmationPhrase.length);
    expect(other.seqs).toEqual(other.seqs.toSorted((a, b) => a - b));
  });

  test('watches a run over a socket to its end, while the serving thread stays free', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const { plan } = await planOf(transports.socket, { full: true });
    const { runId } = plan;
    await startRun(transports.socket, plan);
    const progress = await allOf(await transports.socket.run.watch({ runId }));
    delay.disable();

    const { state } = await transports.direct.run.get({ runId });
    expect({ state, last: progress.at(-1)?.state }).toEqual({ state: 'succeeded', last: 'ended' });
    expect(fractionsOf(progress)).toEqual(fractionsOf(progress).toSorted((a, b) => a - b));
    const p99Ms = delay.percentile(99) / 1e6;
    console.log(`event-loop delay of the serving thread: p99 ${p99Ms.toFixed(1)} ms`);
    expect(p99Ms).toBeLessThan(50);
  });
});

/** Makes a plan: the plan, and the sequence numbers of the progress on the way. */
async function planOf(
  client: UnwindClient,
  scope: ScopeInput,
): Promise<{ plan: PlanSummary; seqs: readonly number[] }> {
  const seqs: number[] = [];
  for await (const event of await client.plan.create({ scope })) {
    if (event.kind === 'created') return { plan: event.plan, seqs };
    seqs.push(event.progress.seq);
  }
  throw new Error('the stream ended without a plan');
}

function fractionsOf(progress: readonly Progress[]): readonly number[] {
  return progress.map(({ fraction }) => fraction);
}
