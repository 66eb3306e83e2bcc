import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CrashPoint } from '../../src/main/core/ports/crash-points.ts';
import type { PlanSummary } from '../../src/shared/domain/plan.ts';
import type { World } from '../support/migration/a-migration.ts';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../support/migration/a-postgres-migration.ts';
import { resumeInChild, startInChild } from '../support/migration/in-child.ts';
import { openApp, type TestApp } from '../support/migration/open-app.ts';
import { aPostgresServer, type TestDatabase } from '../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

// Every crash point is hit on D1, in killed-run.test.ts. Here: those where PostgreSQL itself has something to lose or to give back.

const FILES = [
  { id: 'a' },
  { id: 'b', status: 'verified' },
  { id: 'gone', original: null },
] as const;

/** The server reads of a dead process from its socket, not by asking: a moment is enough. */
const LEASE_FREE_WITHIN_MS = 2_000;

describe('a run that is killed on PostgreSQL', () => {
  const server = aPostgresServer();
  let r2: TestR2;
  let database: TestDatabase;
  let migration: PostgresMigration;
  let app: TestApp;
  let before: World;

  beforeAll(async () => {
    r2 = await startR2();
  });
  afterAll(() => r2.stop());
  beforeEach(async () => {
    database = await server().createDatabase();
    migration = await aPostgresMigration(r2, database, FILES);
    app = await openApp(migration.env());
    before = await migration.world();
  });
  afterEach(async () => {
    await app.close();
    migration.remove();
  });

  /** Kills the plan's run at a point; fails when it did not die there, or its lease was not free soon after. */
  async function killAt(plan: PlanSummary, point: CrashPoint): Promise<void> {
    const killed = await startInChild(migration.env(), plan, point);
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    expect(await msUntilLeaseIsFree()).toBeLessThan(LEASE_FREE_WITHIN_MS);
  }

  /** From the end of the process until the server holds no lock of a lease any more. Looked at from outside. */
  async function msUntilLeaseIsFree(): Promise<number> {
    const startedMs = performance.now();
    const client = await database.connect();
    try {
      for (;;) {
        const { rowCount } = await client.query(
          `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        if (rowCount === 0) return performance.now() - startedMs;
      }
    } finally {
      await client.end();
    }
  }

  async function expectRolledBack(): Promise<void> {
    const world = await migration.world();
    expect(Object.values(world.objects)).toEqual(['content of gone']);
    expect(world.quarantined).toHaveLength(2);
    const rows = async (sql: string) => database.run(sql);
    expect(await rows('SELECT id, r2_key IS NULL FROM files ORDER BY id')).toEqual([
      ['a', 't'],
      ['b', 't'],
      ['gone', 'f'],
    ]);
    expect(await rows('SELECT file_id, status FROM file_migrations ORDER BY id')).toEqual([
      ['a', 'rolled_back'],
      ['b', 'rolled_back'],
      ['gone', 'completed'],
    ]);
    const counters = 'SELECT completed_files, verified_files FROM migration_batches';
    expect(await rows(counters)).toEqual([['1', '0']]);
  }

  test.each([
    'rows.after-intent',
    'rows.after-effect',
    'rows.after-outcome',
    'delete.after-effect',
  ] as const)(
    'at %s gives the lease back, is finished by another process, and can be undone bit for bit',
    async (point) => {
      const plan = await app.plan({ full: true });

      await killAt(plan, point);
      expect((await app.client.run.get({ runId: plan.runId })).state).toBe('interrupted');
      const finished = await resumeInChild(migration.env(), plan.runId);

      expect(finished).toEqual({ signal: null, exitCode: 0, output: 'succeeded' });
      await expectRolledBack();
      expect(unsettledIn(plan)).toEqual([]);
      await app.run(await app.planUndo(plan.runId));
      expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
    },
  );

  test('before it has begun has changed nothing, and its plan can be executed at once', async () => {
    const plan = await app.plan({ full: true });

    await killAt(plan, 'run.after-lease');

    expect(await migration.world()).toEqual(before);
    expect((await app.client.run.get({ runId: plan.runId })).state).toBe('planned');
    expect(await startInChild(migration.env(), plan)).toMatchObject({ output: 'succeeded' });
    await expectRolledBack();
  });

  test('in the middle of an undo is finished by another process, bit for bit', async () => {
    const run = await app.run(await app.plan({ full: true }));
    const undo = await app.planUndo(run.runId);

    await killAt(undo, 'rows.after-effect');

    expect(await resumeInChild(migration.env(), undo.runId)).toMatchObject({ output: 'succeeded' });
    expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
    expect(unsettledIn(undo)).toEqual([]);
  });
});

/** Intents without an outcome, and outcomes without an intent. */
function unsettledIn(plan: PlanSummary): readonly unknown[] {
  const file = new Database(plan.runFile, { readonly: true });
  try {
    return file
      .prepare(
        `SELECT * FROM journal AS one WHERE NOT EXISTS (SELECT 1 FROM journal AS other WHERE other.kind <> one.kind
           AND other.step = one.step AND other.first_seq = one.first_seq
           AND CASE one.kind WHEN 'intent' THEN other.seq > one.seq ELSE other.seq < one.seq END)`,
      )
      .all();
  } finally {
    file.close();
  }
}
