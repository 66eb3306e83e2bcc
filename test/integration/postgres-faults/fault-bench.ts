import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import type { World } from '../../support/migration/a-migration.ts';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../../support/migration/a-postgres-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import type { ClusterOptions } from '../../support/postgres/cluster.ts';
import { aPostgresServer, type TestDatabase } from '../../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp/start-tcp-proxy.ts';
import { postgresWire } from '../../support/tcp/wire.ts';

/** A migration in PostgreSQL behind a proxy, and the application on it; new for each test. */
export interface FaultBench {
  readonly server: ReturnType<typeof aPostgresServer>;
  readonly database: () => TestDatabase;
  readonly proxy: () => TcpProxy;
  readonly migration: () => PostgresMigration;
  /** The application; its connections pass the proxy. */
  readonly app: () => TestApp;
  /** Everything as it was before the test. */
  readonly before: () => World;
  readonly plan: () => Promise<PlanSummary>;
  /** Begins anew: another database, migration and application. */
  readonly renew: () => Promise<void>;
}

const FILES = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

/** Registers server, bucket and, per test, everything else. */
export function faultBench(
  options: ClusterOptions & { readonly env?: Readonly<Record<string, string>> } = {},
): FaultBench {
  const server = aPostgresServer(options);
  let r2: TestR2;
  let database: TestDatabase;
  let proxy: TcpProxy;
  let migration: PostgresMigration;
  let app: TestApp;
  let before: World;

  async function make(): Promise<void> {
    database = await server().createDatabase();
    migration = await aPostgresMigration(r2, database, FILES);
    app = await openApp({ ...migration.env(proxy.port), ...options.env });
    before = await migration.world();
  }
  async function unmake(): Promise<void> {
    proxy.use(() => undefined);
    await app.close();
    migration.remove();
  }

  beforeAll(async () => {
    r2 = await startR2();
  });
  afterAll(() => r2.stop());
  beforeEach(async () => {
    proxy = await startTcpProxy(server().connection, postgresWire);
    await make();
  });
  afterEach(async () => {
    await unmake();
    await proxy.stop();
  });

  return {
    server,
    database: () => database,
    proxy: () => proxy,
    migration: () => migration,
    app: () => app,
    before: () => before,
    plan: () => app.plan({ batchId: 'b-1' }),
    renew: async () => {
      await unmake();
      await make();
    },
  };
}

/** What a run came to under a fault: it never began, or it ended in some state. */
export type Outcome =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'ended'; readonly run: RunDetail };

/** Executes the plan and takes whatever comes of it. */
export async function attempt(bench: FaultBench, plan: PlanSummary): Promise<Outcome> {
  try {
    return { kind: 'ended', run: await bench.app().run(plan) };
  } catch (error) {
    const data = error instanceof Error && 'data' in error ? error.data : undefined;
    const code = (data as { readonly code?: string } | undefined)?.code;
    if (code === undefined) throw error;
    return { kind: 'refused', code };
  }
}

/**
 * Brings a run that a fault met to its end, and proves that the end is right: it succeeds after at most one resume, the verification
 * passes, the rows are reset, and an undo brings rows and objects back bit for bit. A run that was refused has changed nothing.
 */
export async function expectSettled(
  bench: FaultBench,
  plan: PlanSummary,
  outcome: Outcome,
  before: World = bench.before(),
): Promise<void> {
  const app = bench.app();
  bench.proxy().use(() => undefined);
  if (outcome.kind === 'refused') expect(await bench.migration().world()).toEqual(before);
  const first = outcome.kind === 'refused' ? await app.run(plan) : outcome.run;
  const last = first.state === 'succeeded' ? first : await app.resume(plan.runId);

  expect({ state: last.state, error: last.error }).toEqual({ state: 'succeeded', error: null });
  expect(last.counts).toMatchObject({ done: FILES.length, drifted: 0, failed: 0 });
  expect(await app.client.run.verify({ runId: plan.runId })).toMatchObject({ passed: true });
  expect((await bench.migration().world()).objects).toEqual({});
  const undone = await app.run(await app.planUndo(plan.runId));
  expect(undone).toMatchObject({ state: 'succeeded' });
  const { quarantined: _kept, ...after } = await bench.migration().world();
  const { quarantined: _none, ...was } = before;
  expect(after).toEqual(was);
}
