import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { PostgresLeases } from '../../../src/main/adapters/postgres/leases.ts';
import { openPostgresSessions } from '../../../src/main/adapters/postgres/open-sessions.ts';
import type { PostgresSessions } from '../../../src/main/adapters/postgres/session.ts';
import type { Lease } from '../../../src/main/core/ports/lease.ts';
import { postgresEditions } from '../../support/postgres/editions.ts';
import { openTestLeases } from '../../support/postgres/open-test-leases.ts';
import { aConnection } from '../../support/postgres/open-test-sessions.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';

const runA = '01JD000000000000000000000A';
const runB = '01JD000000000000000000000B';
const operator = { user: 'ada', host: 'jump-1', pid: 42, door: 'cli' } as const;
const at = '2026-11-21T02:00:00.000Z';

describe.each(postgresEditions)('a lease on PostgreSQL $name', (edition) => {
  const server = aPostgresServer({ edition });
  let database: TestDatabase;

  beforeEach(async () => {
    database = await server().createDatabase();
    await database.run('CREATE TABLE t (id bigint PRIMARY KEY)');
  });

  /** One process: its leases, and sessions whose writes they guard. */
  function aProcess(user?: { readonly user: string; readonly password: string }): {
    readonly leases: PostgresLeases;
    readonly sessions: PostgresSessions;
  } {
    const connection = aConnection(database, user);
    const leases = openTestLeases(connection);
    const sessions = openPostgresSessions(connection, { guardWrite: leases.guardWrite });
    onTestFinished(async () => {
      await sessions.close();
      await leases.close();
    });
    return { leases, sessions };
  }

  const acquire = (leases: PostgresLeases, runId: string): Promise<Lease> =>
    leases.acquire({ operator, runId, at });

  const insert = async (sessions: PostgresSessions, id: number): Promise<void> => {
    const session = await sessions.open('write');
    try {
      await session.transaction('write', async () => {
        await session.query('INSERT INTO t VALUES ($1)', [id]);
      });
    } finally {
      await session.close();
    }
  };

  const endLeaseSession = async (): Promise<void> => {
    const ended =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'unwind lease%'";
    expect(await database.run(ended)).toEqual([['t']]);
  };

  test('lets its holder write, and nobody without one', async () => {
    const { leases, sessions } = aProcess();
    await expect(insert(sessions, 1)).rejects.toMatchObject({ code: 'INTERNAL' });

    const lease = await acquire(leases, runA);
    await lease.check();
    await insert(sessions, 1);
    await lease.release();

    await expect(insert(sessions, 2)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await database.run('SELECT id FROM t')).toEqual([['1']]);
  });

  test('whose connection broke lets nothing more be written', async () => {
    const { leases, sessions } = aProcess();
    const lease = await acquire(leases, runA);
    await endLeaseSession();

    await expect(insert(sessions, 1)).rejects.toMatchObject({
      code: 'LEASE_LOST',
      details: { runId: runA },
    });
    await expect(lease.check()).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(lease.check()).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await database.run('SELECT count(*) FROM t')).toEqual([['0']]);
    await lease.release();
  });

  test('that another has by now keeps the first from writing', async () => {
    const first = aProcess();
    const second = aProcess();
    await acquire(first.leases, runA);
    await endLeaseSession();
    await acquire(second.leases, runB);

    await expect(insert(first.sessions, 1)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await insert(second.sessions, 2);

    expect(await database.run('SELECT id FROM t')).toEqual([['2']]);
  });

  test('goes to the next only when the last transaction of the first has ended', async () => {
    const first = aProcess();
    const second = aProcess();
    await acquire(first.leases, runA);
    const session = await first.sessions.open('write');
    const order: string[] = [];

    let next: Promise<unknown> = Promise.resolve();
    await session.transaction('write', async () => {
      await session.query('INSERT INTO t VALUES (1)');
      await endLeaseSession();
      next = acquire(second.leases, runB).then(() => order.push('acquired'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      order.push('committed');
    });
    await next;

    expect(order).toEqual(['committed', 'acquired']);
    await session.close();
  });

  test('shows its run to a role that may not see whose it is', async () => {
    await database.run(
      `CREATE ROLE "${database.name}" LOGIN PASSWORD 'x'; GRANT SELECT ON t TO "${database.name}"`,
    );
    await acquire(aProcess().leases, runA);
    const { leases } = aProcess({ user: database.name, password: 'x' });

    expect(await leases.find()).toMatchObject({ runId: runA, operator: { user: 'role postgres' } });
    await expect(acquire(leases, runB)).rejects.toMatchObject({ code: 'TARGET_LOCKED' });
  });

  test('names a holder whose name tries to end the comment it stands in', async () => {
    const { leases } = aProcess();
    const odd = { ...operator, user: "*/ ; DROP TABLE t; /* ' ö", host: '\\u002f' };

    const lease = await leases.acquire({ operator: odd, runId: runA, at });

    expect(await leases.find()).toEqual(lease.holder);
    expect(await database.run('SELECT count(*) FROM t')).toEqual([['0']]);
  });

  test('of one table leaves another free', async () => {
    await acquire(aProcess().leases, runA);
    await database.run('CREATE SCHEMA other; CREATE TABLE other.t (id bigint PRIMARY KEY)');
    const leases = openTestLeases(aConnection(database, { searchPath: 'other' }));
    onTestFinished(() => leases.close());

    await expect(acquire(leases, runB)).resolves.toMatchObject({ holder: { runId: runB } });
  });
});
