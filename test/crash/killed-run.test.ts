import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openR2ObjectStore } from '../../src/main/adapters/r2/open-r2-object-store.ts';
import { CRASH_POINTS, type CrashPoint } from '../../src/main/core/ports/crash-points.ts';
import type { PlanSummary } from '../../src/shared/domain/plan.ts';
import { readRunFile, unpaired } from '../support/crash/run-file-seen.ts';
import { aMigration, type TestMigration, type World } from '../support/migration/a-migration.ts';
import { addColumnsAnew, asSavedFiles, schemaOf } from '../support/migration/as-saved-files.ts';
import {
  resumeInChild,
  startInChild,
  verifySnapshotInChild,
} from '../support/migration/in-child.ts';
import { openApp, type TestApp } from '../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

// Every point of every kind of run is the matrix's. Here: what happens when the world moves between the kill and the recovery, and what is
// no rollback.

const FILES = [
  { id: 'a' },
  { id: 'b', status: 'verified' },
  { id: 'gone', original: null },
] as const;
const DROP_POINTS = CRASH_POINTS.filter((point) => point.startsWith('columns.'));

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;
let before: World;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, FILES);
  app = await openApp(migration.env);
  before = await migration.world();
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

/** Kills a run at a point, then has another process finish it. */
async function killAndFinish(plan: PlanSummary, point: CrashPoint): Promise<void> {
  const killed = await startInChild(migration.env, plan, point);
  expect(killed).toMatchObject({ signal: 'SIGKILL' });

  expect((await app.client.run.get({ runId: plan.runId })).state).toBe('interrupted');
  expect(await resumeInChild(migration.env, plan.runId)).toEqual({
    signal: null,
    exitCode: 0,
    output: 'succeeded',
  });
}

/** The journal has an intent for each outcome, and everything that was intended is settled. */
function expectSettledJournal(plan: PlanSummary): void {
  expect(unpaired(readRunFile(plan.runFile).journal)).toEqual({ outcomes: [], intents: [] });
}

describe('a killed rollback', () => {
  test('does not write again what was written before the kill, and says so', async () => {
    const plan = await app.plan({ full: true });
    await startInChild(migration.env, plan, 'rows.after-effect');

    await resumeInChild(migration.env, plan.runId);

    const { decisions } = await app.client.run.get({ runId: plan.runId });
    expect(decisions).toMatchObject([{ step: 'reset-rows', decision: 'record' }]);
    expect(decisions[0]?.sentence).toContain('2 already hold the new values');
  });

  test('leaves a row alone that somebody changed between the kill and the recovery', async () => {
    const plan = await app.plan({ full: true });
    await startInChild(migration.env, plan, 'rows.after-intent');
    migration.sql("UPDATE files SET r2_key = 'moved' WHERE id = 'a'");

    const run = await app.resume(plan.runId);

    const world = await migration.world();
    expect(run).toMatchObject({ state: 'partial', counts: { done: 1, drifted: 1 } });
    expect(world.files[0]).toMatchObject({ r2_key: 'moved' });
    expect(Object.keys(world.objects)).toContain(migration.keyOf('a'));
  });
});

describe('a row that was changed while nobody watched', () => {
  test('keeps every object from being removed after the resume', async () => {
    const plan = await app.plan({ full: true });
    await startInChild(migration.env, plan, 'batches.after-effect');
    migration.sql("UPDATE files SET r2_key = ? WHERE id = 'a'", migration.keyOf('a'));

    const run = await app.resume(plan.runId);

    expect(run).toMatchObject({ state: 'failed', error: { code: 'VERIFICATION_FAILED' } });
    expect((await migration.world()).objects).toEqual(before.objects);
  });
});

describe('a quarantine copy that is gone', () => {
  test('keeps its object from being removed', async () => {
    const plan = await app.plan({ full: true });
    await startInChild(migration.env, plan, 'quarantine.after-outcome');
    const [lost = ''] = (await migration.world()).quarantined;
    const store = openR2ObjectStore(r2.address);
    await store.deleteMany([lost]);
    await store.close();

    const run = await app.resume(plan.runId);

    expect(run).toMatchObject({ state: 'partial', counts: { done: 1, drifted: 1 } });
    expect(Object.keys((await migration.world()).objects)).toContain(migration.keyOf('a'));
  });
});

describe('a rollback that was killed at its checkpoint', () => {
  test('waits there as if it had not been, and holds no lease', async () => {
    const plan = await app.plan({ full: true });

    const killed = await startInChild(migration.env, plan, 'checkpoint.after-write', [1]);

    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    expect((await app.client.run.get({ runId: plan.runId })).state).toBe('at-checkpoint');
    expect(await app.resume(plan.runId)).toMatchObject({ state: 'succeeded' });
    expect(Object.keys((await migration.world()).objects)).toEqual([migration.keyOf('gone')]);
  });
});

describe('a killed verification of a snapshot', () => {
  test.each([
    ['verification.before-write', null],
    ['verification.after-write', 'sound'],
  ] as const)('at %s is remembered whole or not at all', async (point, remembered) => {
    const run = await app.run(await app.plan({ full: true }));
    const snapshotId = run.snapshotId ?? '';

    const killed = await verifySnapshotInChild(migration.env, snapshotId, point);

    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    const { lastVerification } = await app.client.snapshot.get({ snapshotId });
    expect(lastVerification?.result ?? null).toBe(remembered);
  });
});

describe('a killed drop of columns', () => {
  test.each([...DROP_POINTS, 'run.before-verification', 'run.before-end'] as const)(
    'is finished after a kill at %s',
    async (point) => {
      asSavedFiles(migration, 'whole');
      const schemaBefore = addColumnsAnew(migration);
      migration.sql("DELETE FROM list_cutter_savedfile WHERE id = 'gone'");
      migration.sql("DELETE FROM file_migration_records WHERE file_id = 'gone'");
      const run = await app.run(await app.plan({ full: true }));
      await app.run(await app.planPurge(run.runId));
      const drop = await app.planDrop();

      await killAndFinish(drop, point);

      expect(schemaOf(migration)).toBe(schemaBefore);
      expectSettledJournal(drop);
    },
  );
});

describe('a run that left something open', () => {
  test('is found by the ledger although it was killed before it was entered', async () => {
    const plan = await app.plan({ full: true, mode: 'database-only' });

    const killed = await startInChild(migration.env, plan, 'debts.before-write');

    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    expect((await app.client.run.get({ runId: plan.runId })).state).toBe('succeeded');
    expect((await app.client.debt.list({})).debts).toMatchObject([
      { runId: plan.runId, kind: 'orphan-objects', state: 'open', openCount: 2 },
    ]);
  });

  test('leaves the lease to others when it was killed before it was entered', async () => {
    const plan = await app.plan({ full: true, mode: 'database-only' });
    await startInChild(migration.env, plan, 'debts.before-write');

    const rest = await app.run(await app.plan({ full: true, mode: 'r2-only' }));

    expect(rest.state).toBe('succeeded');
    expect((await app.client.debt.list({})).debts).toMatchObject([
      { runId: plan.runId, state: 'closed', closedBy: rest.runId },
    ]);
  });
});
