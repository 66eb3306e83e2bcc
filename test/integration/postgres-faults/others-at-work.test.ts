import type pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { asksFor } from '../../support/tcp/wire.ts';
import { attempt, expectSettled, faultBench, type Outcome } from './fault-bench.ts';

const clients: pg.Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
});

function errorOf(outcome: Outcome): string | undefined {
  return outcome.kind === 'ended' ? outcome.run.error?.code : outcome.code;
}

describe('PostgreSQL while others are at work', { timeout: 90_000 }, () => {
  const bench = faultBench({
    settings: { deadlock_timeout: '100ms' },
    env: { POSTGRES_LOCK_TIMEOUT: '400ms', POSTGRES_STATEMENT_TIMEOUT: '1500ms' },
  });

  async function connect(): Promise<pg.Client> {
    const client = await bench.database().connect();
    clients.push(client);
    return client;
  }

  /** Makes the first `times` writes of a record fail, or wait, in the server itself. A sequence counts also what is rolled back. */
  async function troubleAtWrites(times: number, trouble: string): Promise<void> {
    await bench.database().run(`
      CREATE SEQUENCE writes;
      CREATE FUNCTION may_write() RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('writes') <= ${String(times)} THEN ${trouble}; END IF;
        RETURN true;
      END $$;
      ALTER TABLE file_migrations ADD CONSTRAINT may_write CHECK (may_write()) NOT VALID`);
  }

  test('a row that another session keeps locked stops the run, which goes on once it is free', async () => {
    const other = await connect();
    const plan = await bench.plan();
    await other.query('BEGIN');
    await other.query("SELECT * FROM files WHERE id = 'c' FOR UPDATE");

    const outcome = await attempt(bench, plan);

    expect(errorOf(outcome)).toBe('DATABASE_TIMEOUT');
    await other.query('ROLLBACK');
    await expectSettled(bench, plan, outcome);
  });

  test('a row that was changed under the lock that the run waited for is left alone as drift', async () => {
    const other = await connect();
    const plan = await bench.plan();
    await other.query('BEGIN');
    await other.query("UPDATE files SET checksum = 'newer' WHERE id = 'c'");
    bench.proxy().use(async (unit) => {
      if (!asksFor(/^UPDATE/)(unit)) return undefined;
      setTimeout(() => void other.query('COMMIT'), 100);
      return undefined;
    });

    const outcome = await attempt(bench, plan);

    expect(outcome).toMatchObject({ run: { state: 'partial', counts: { done: 4, drifted: 1 } } });
    const { files, objects } = await bench.migration().world();
    expect(files).toContainEqual(expect.arrayContaining(['c', 'newer']));
    expect(Object.keys(objects)).toHaveLength(1);
  });

  test('a deadlock that the server ends at the cost of Unwind is settled row by row', async () => {
    const other = await connect();
    const plan = await bench.plan();
    // Only Unwind looks for the deadlock, so that it is the one to pay.
    await other.query("SET deadlock_timeout = '1h'");
    await other.query('BEGIN');
    await other.query("SELECT * FROM files WHERE id = 'e' FOR UPDATE");
    let wait: Promise<unknown> | undefined;
    bench.proxy().use(async (unit) => {
      if (
        wait !== undefined ||
        !asksFor(/^UPDATE[^]*files/)(unit) ||
        /file_migrations/.test(unit.sql)
      )
        return undefined;
      // Its records are locked by now: the other asks for one of them, and for nothing that it could get.
      wait = other
        .query("SELECT * FROM file_migrations WHERE id = 'rec-a' FOR UPDATE")
        .then(() => other.query('ROLLBACK'));
      return undefined;
    });

    const outcome = await attempt(bench, plan);
    await wait;

    await expect.poll(() => bench.server().log()).toContain('deadlock detected');
    expect(outcome).toMatchObject({ run: { state: 'succeeded' } });
    await expectSettled(bench, plan, outcome);
  });

  test('a serialization failure is settled row by row', async () => {
    const plan = await bench.plan();
    await troubleAtWrites(1, "RAISE EXCEPTION 'made by a test' USING ERRCODE = '40001'");

    const outcome = await attempt(bench, plan);

    expect(outcome).toMatchObject({ run: { state: 'succeeded' } });
    await expectSettled(bench, plan, outcome);
  });

  test('serialization failures without end stop the run, which goes on once they are over', async () => {
    const plan = await bench.plan();
    await troubleAtWrites(2, "RAISE EXCEPTION 'made by a test' USING ERRCODE = '40001'");

    const outcome = await attempt(bench, plan);

    expect(errorOf(outcome)).toBe('DATABASE_CONFLICT');
    await expectSettled(bench, plan, outcome);
  });

  test('a statement that takes too long is cancelled and stops the run, which goes on', async () => {
    const plan = await bench.plan();
    await troubleAtWrites(1, 'PERFORM pg_sleep(60)');

    const outcome = await attempt(bench, plan);

    expect(errorOf(outcome)).toBe('DATABASE_TIMEOUT');
    await expectSettled(bench, plan, outcome);
  });
});
