import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import { type Fault, failEachCall, rotating, tellFaults } from '../support/faults/fault-loop.ts';
import { planning, purging, running, undoing } from '../support/faults/works.ts';
import { aPostgresWorksite } from '../support/faults/worksite.ts';
import { aPostgresServer } from '../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';
import {
  type SeenUnit,
  startTcpProxy,
  type TcpFault,
  type TcpProxy,
} from '../support/tcp/start-tcp-proxy.ts';
import { askedInstead, asksFor, postgresWire } from '../support/tcp/wire.ts';

const server = aPostgresServer();
let r2: TestR2;
let proxy: TcpProxy;
beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());

interface PostgresCase {
  readonly name: string;
  readonly codes: Fault['codes'];
  readonly only?: (unit: SeenUnit) => boolean;
  readonly fault: (unit: SeenUnit) => TcpFault;
}

const isCommit = asksFor(/^COMMIT/);

/** The server itself fails with this SQLSTATE, in the place of what it was asked. A COMMIT that fails has rolled back. */
function failing(sqlState: string): PostgresCase['fault'] {
  const raise = `DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '${sqlState}', MESSAGE = 'made by a test'; END$$`;
  return asking(raise);
}

function asking(sql: string): PostgresCase['fault'] {
  return (unit) => ({
    kind: 'instead',
    bytes: askedInstead(unit, isCommit(unit) && unit.type === 'Query' ? `ROLLBACK; ${sql}` : sql),
  });
}

const CONFLICTS = ['DATABASE_CONFLICT'] as const;
const BROKEN = ['DATABASE_UNREACHABLE', 'COMMIT_OUTCOME_UNKNOWN', 'LEASE_LOST'] as const;

const CASES: readonly PostgresCase[] = [
  { name: '40001', codes: CONFLICTS, fault: failing('40001') },
  { name: '40P01', codes: CONFLICTS, fault: failing('40P01') },
  {
    name: '57014 of a cancel',
    codes: ['DATABASE_TIMEOUT'],
    fault: asking('SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)'),
  },
  {
    name: '57P01 of an administrator',
    codes: BROKEN,
    fault: asking('SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)'),
  },
  { name: 'a connection that is closed', codes: BROKEN, fault: () => ({ kind: 'cut' }) },
  { name: 'a connection that is reset', codes: BROKEN, fault: () => ({ kind: 'reset' }) },
  {
    name: 'a COMMIT that is done, its answer lost',
    codes: BROKEN,
    only: isCommit,
    fault: () => ({ kind: 'lose-answer' }),
  },
  {
    name: 'a COMMIT that is not done, its answer lost',
    codes: BROKEN,
    only: isCommit,
    fault: () => ({ kind: 'cut' }),
  },
];

/** Whether a statement begins: what a server can fail at. */
function begins(unit: SeenUnit): boolean {
  return unit.direction === 'to-server' && (unit.type === 'Query' || unit.type === 'Parse');
}

function faultOf({ name, codes, only, fault }: PostgresCase): Fault {
  return {
    name,
    codes,
    arm: (_site, strike) => {
      proxy.use((unit) => {
        if (!begins(unit) || only?.(unit) === false) return undefined;
        return strike.meets(unit.sql.trim().replaceAll(/\s+/g, ' ').slice(0, 80))
          ? fault(unit)
          : undefined;
      });
    },
    disarm: () => {
      proxy.use(() => undefined);
    },
  };
}

const WORKS = [
  planning,
  running('both'),
  running('database-only'),
  running('r2-only'),
  undoing,
  purging,
];

describe.each(WORKS)('a statement of PostgreSQL that fails while Unwind does: $name', (work) => {
  const told = tellFaults(`PostgreSQL, ${work.name}`);
  beforeEach(async () => {
    proxy = await startTcpProxy(server().connection, postgresWire);
    return () => proxy.stop();
  });

  test.each(rotating(CASES, WORKS.indexOf(work)).map(faultOf))(
    '$name leaves what is right or can be resumed, and nothing is lost',
    async (fault) => {
      const site = async () =>
        aPostgresWorksite(r2, { database: await server().createDatabase(), port: proxy.port });
      told.add(await failEachCall({ work, fault, site }));
    },
    3_600_000,
  );
});
