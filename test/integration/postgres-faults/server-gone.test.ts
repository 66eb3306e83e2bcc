import { describe, expect, test } from 'vitest';
import type { SeenUnit, TcpFault } from '../../support/tcp/start-tcp-proxy.ts';
import { asksFor } from '../../support/tcp/wire.ts';
import { attempt, expectSettled, faultBench } from './fault-bench.ts';

type Moment = readonly [name: string, matches: (unit: SeenUnit) => boolean];

const WRITES = asksFor(/^UPDATE[^]*file_migrations/);
const COUNTS = asksFor(/^UPDATE[^]*migration_batches/);
const LOOKS = asksFor(/^BEGIN ISOLATION LEVEL REPEATABLE READ/);

const MOMENTS: readonly Moment[] = [
  ['while rows are reset', WRITES],
  ['while batches are counted', COUNTS],
  ['while something is read', LOOKS],
];

/** Backends by what they do for Unwind. */
const BACKENDS = {
  writer: "state = 'idle in transaction' AND query NOT LIKE '%REPEATABLE READ%'",
  lease:
    "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock')",
  everyone: 'true',
} as const;

describe('PostgreSQL server gone in the middle of a run', { timeout: 90_000 }, () => {
  const bench = faultBench({ durability: 'durable' });

  /**
   * Does something once, when the first unit that matches has come; then lets the unit meet its fate. Gives a function that waits until
   * it is done: a run may end before a server that it has lost is back.
   */
  function once(
    matches: Moment[1],
    work: () => Promise<void>,
    fate: TcpFault,
  ): () => Promise<void> | undefined {
    let done: Promise<void> | undefined;
    bench.proxy().use(async (unit) => {
      if (done !== undefined || !matches(unit)) return undefined;
      done = work();
      await done;
      return fate;
    });
    return () => done;
  }

  async function terminate(which: keyof typeof BACKENDS): Promise<void> {
    const ended = await bench.database().run(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND (${BACKENDS[which]})`,
    );
    expect(ended.length).toBeGreaterThan(0);
  }

  test.each(MOMENTS)('a restart %s stops the run, which goes on', async (_name, moment) => {
    const plan = await bench.plan();
    const restarted = once(moment, () => bench.server().restart(), { kind: 'cut' });

    const outcome = await attempt(bench, plan);
    await restarted();

    await expectSettled(bench, plan, outcome);
  });

  test.each(MOMENTS)('a lost machine %s stops the run, which goes on', async (_name, moment) => {
    const plan = await bench.plan();
    const loseMachine = async () => {
      await bench.server().kill();
      await bench.server().start();
    };
    const isBack = once(moment, loseMachine, { kind: 'cut' });

    const outcome = await attempt(bench, plan);
    await isBack();

    await expectSettled(bench, plan, outcome);
  });

  test.each(['writer', 'lease', 'everyone'] as const)(
    'pg_terminate_backend of %s before rows are reset stops the run, which goes on',
    async (which) => {
      const plan = await bench.plan();
      once(WRITES, () => terminate(which), { kind: 'pass' });

      const outcome = await attempt(bench, plan);

      expect(outcome).not.toMatchObject({ run: { state: 'succeeded' } });
      await expectSettled(bench, plan, outcome);
    },
  );

  test('pg_terminate_backend of a reader stops the run or is not noticed, and nothing is guessed', async () => {
    const plan = await bench.plan();
    let looks = 0;
    const thirdLook = (unit: SeenUnit) => LOOKS(unit) && (looks += 1) === 3;
    once(thirdLook, () => terminate('everyone'), { kind: 'pass' });

    const outcome = await attempt(bench, plan);

    await expectSettled(bench, plan, outcome);
  });

  test('a connection that stalls and then breaks stops the run, which goes on', async () => {
    const plan = await bench.plan();
    once(WRITES, () => Promise.resolve(), { kind: 'stall' });

    const running = attempt(bench, plan);
    setTimeout(() => bench.proxy().cutAll(), 2_000);

    await expectSettled(bench, plan, await running);
  });
});
