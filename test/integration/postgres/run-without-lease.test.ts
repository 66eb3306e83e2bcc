import { describe, expect, test } from 'vitest';
import { asksFor } from '../../support/tcp/wire.ts';
import { attempt, expectSettled, faultBench } from '../postgres-faults/fault-bench.ts';

const endLeaseSession =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'unwind lease%'";
const isReset = asksFor(/^\s*UPDATE/i);
const beginsToWrite = asksFor(/^BEGIN .*READ WRITE/);

describe('a run on PostgreSQL whose lease is lost midway', () => {
  const bench = faultBench();

  test('ends, can be resumed, and comes to its right end then', { timeout: 90_000 }, async () => {
    const plan = await bench.plan();
    let ended = 0;
    bench.proxy().use(async (seen) => {
      if (ended > 0 || !isReset(seen)) return undefined;
      ended += 1;
      await bench.database().run(endLeaseSession);
      return undefined;
    });

    const outcome = await attempt(bench, plan);

    expect(ended).toBe(1);
    expect(outcome).toMatchObject({
      kind: 'ended',
      run: { state: 'failed', error: { code: 'LEASE_LOST' } },
    });
    bench.proxy().use(() => undefined);
    await expectSettled(bench, plan, outcome);
  });

  test('freezes its target when what it wrote last cannot be read back either, until it is resumed', {
    timeout: 90_000,
  }, async () => {
    const plan = await bench.plan();
    let writing: number | undefined;
    bench.proxy().use(async (seen) => {
      if (writing !== undefined) return seen.connection === writing ? undefined : { kind: 'cut' };
      if (!beginsToWrite(seen)) return undefined;
      writing = seen.connection;
      await bench.database().run(endLeaseSession);
      return undefined;
    });

    const outcome = await attempt(bench, plan);

    expect(outcome).toMatchObject({
      kind: 'ended',
      run: { state: 'failed', error: { code: 'LEASE_LOST' }, safeMode: { event: 'entered' } },
    });
    const frozen = await bench.app().client.safeMode.list({});
    expect(frozen.safeModes).toMatchObject([{ reasons: [{ code: 'LEASE_LOST' }] }]);
    await expectSettled(bench, plan, outcome);
    expect(await bench.app().client.safeMode.list({})).toEqual({ safeModes: [] });
  });
});
