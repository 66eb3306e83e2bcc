import { describe, expect, test } from 'vitest';
import type { SeenUnit, TcpFault } from '../../support/tcp/start-tcp-proxy.ts';
import { asksFor } from '../../support/tcp/wire.ts';
import { attempt, expectSettled, faultBench } from './fault-bench.ts';

const isCommit = asksFor(/^COMMIT/);
const beginsToWrite = asksFor(/^BEGIN .*READ WRITE/);

describe('PostgreSQL connection lost at COMMIT', { timeout: 120_000 }, () => {
  const bench = faultBench();

  /** Applies the fault to the COMMIT of a writing transaction with this number, from 1; counts them all. */
  function atCommit(number: number, fault: TcpFault): () => number {
    let seen = 0;
    const writing = new Set<number>();
    bench.proxy().use((unit: SeenUnit) => {
      if (beginsToWrite(unit)) writing.add(unit.connection);
      if (!isCommit(unit) || !writing.delete(unit.connection)) return undefined;
      seen += 1;
      return seen === number ? fault : undefined;
    });
    return () => seen;
  }

  async function commitsOfARun(): Promise<number> {
    const plan = await bench.plan();
    const count = atCommit(0, { kind: 'pass' });
    await attempt(bench, plan);
    return count();
  }

  test('without a fault a run succeeds, and its undo brings everything back', async () => {
    const plan = await bench.plan();

    await expectSettled(bench, plan, await attempt(bench, plan));
  });

  test.each([
    ['not applied, answer lost', { kind: 'cut' }],
    ['applied, answer lost', { kind: 'lose-answer' }],
    ['applied after the client has given up', { kind: 'deliver-late', delayMs: 300 }],
  ] as const)(
    'is settled by reading back, whichever COMMIT of the run it is: %s',
    async (_what, fault) => {
      const commits = await commitsOfARun();
      expect(commits).toBeGreaterThan(1);

      for (let number = 1; number <= commits; number += 1) {
        await bench.renew();
        const plan = await bench.plan();
        atCommit(number, fault);
        const outcome = await attempt(bench, plan);
        bench.proxy().use(() => undefined);
        await expectSettled(bench, plan, outcome);
      }
    },
  );
});
