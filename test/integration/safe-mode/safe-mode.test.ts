import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import type { SafeMode } from '../../../src/shared/domain/safe-mode.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { resumeInChild, startInChild } from '../../support/migration/in-child.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { lineOf, preflightOf } from '../../support/migration/preflight-of.ts';
import { removeObjects } from '../../support/r2/remove-objects.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }, { id: 'c', batchId: 'other' }]);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

const SCOPE = { batchId: 'b-1' };

async function safeModes(): Promise<readonly SafeMode[]> {
  return (await app.client.safeMode.list({})).safeModes;
}

/** Closes the application and opens it anew, as after a restart. */
async function restart(): Promise<void> {
  await app.close();
  app = await openApp(migration.env);
}

/** Dies after its rows were reset, and a row is changed before it goes on: what it wrote is not there. */
async function aRunWhoseRowsWereChanged(): Promise<PlanSummary> {
  const plan = await app.plan(SCOPE);
  await startInChild(migration.env, plan, 'batches.after-effect');
  migration.sql("UPDATE files SET r2_key = ? WHERE id = 'a'", migration.keyOf('a'));
  expect(await app.resume(plan.runId)).toMatchObject({ state: 'failed' });
  return plan;
}

function putRight(): void {
  migration.sql("UPDATE files SET r2_key = NULL WHERE id = 'a'");
}

/** Dies at a point at which copies exist; then object and copy of `a` are taken away. */
async function aRunThatLostAnObject(point: string): Promise<PlanSummary> {
  const plan = await app.plan(SCOPE);
  expect(await startInChild(migration.env, plan, point)).toMatchObject({ signal: 'SIGKILL' });
  const { quarantined } = await migration.world();
  const copy = quarantined.filter((key) => key.endsWith(migration.keyOf('a')));
  expect(copy).toHaveLength(1);
  await removeObjects(r2, [...copy, migration.keyOf('a')]);
  return plan;
}

describe('safe mode is entered', { timeout: 120_000 }, () => {
  test('when rows do not hold what a run wrote, with the run, since when and why', async () => {
    const plan = await aRunWhoseRowsWereChanged();

    const [safeMode, ...others] = await safeModes();

    expect(others).toEqual([]);
    expect(safeMode).toMatchObject({
      targetName: plan.target.name,
      fingerprint: plan.target.fingerprint,
      reasons: [{ runId: plan.runId, code: 'VERIFICATION_FAILED' }],
    });
    expect(safeMode?.reasons[0]?.sentence).toMatch(/^1 row does not hold .* first rec-a\.$/);
    expect(safeMode?.since).toBe(safeMode?.reasons[0]?.at);
  });

  test.each(['delete.after-effect', 'quarantine.after-outcome'] as const)(
    'when an object is gone together with its copy after a kill at %s; nothing more is deleted',
    async (point) => {
      const plan = await aRunThatLostAnObject(point);
      const before = await migration.world();

      const run = await app.resume(plan.runId);

      expect(run).toMatchObject({ state: 'failed', error: { code: 'OBJECTS_LOST' } });
      expect(run.safeMode).toMatchObject({ event: 'entered' });
      expect((await migration.world()).objects).toEqual(before.objects);
      expect(await safeModes()).toMatchObject([
        { reasons: [{ code: 'OBJECTS_LOST', facts: { keys: [migration.keyOf('a')] } }] },
      ]);
    },
  );

  test.each([
    [
      'is gone',
      'RUN_NOT_FOUND',
      (plan: PlanSummary) => {
        for (const end of ['', '-wal', '-shm']) rmSync(plan.runFile + end, { force: true });
      },
    ],
    [
      'is damaged',
      'RUN_FILE_INVALID',
      (plan: PlanSummary) => {
        for (const end of ['-wal', '-shm']) rmSync(plan.runFile + end, { force: true });
        truncateSync(plan.runFile, 700);
      },
    ],
  ])('when the file of a run that was under way %s', async (_what, code, damage) => {
    const plan = await app.plan(SCOPE);
    await startInChild(migration.env, plan, 'rows.after-effect');
    damage(plan);

    const error = await errorOf(app.run(await app.plan({ batchId: 'other' })));

    expect(error).toMatchObject({ code: 'TARGET_IN_SAFE_MODE', exitCode: 6 });
    expect(error.message).toContain(plan.runId);
    expect(await safeModes()).toMatchObject([{ reasons: [{ runId: plan.runId, code }] }]);
  });

  test('when the snapshot of an unfinished run does not verify any more', async () => {
    const plan = await app.plan(SCOPE);
    await startInChild(migration.env, plan, 'rows.after-outcome');
    const { snapshotId } = await app.client.run.get({ runId: plan.runId });
    truncateSync(
      join(migration.home, 'snapshots', String(snapshotId), 'file_migrations.ndjson.zst'),
      10,
    );

    const run = await app.resume(plan.runId);

    expect(run).toMatchObject({ state: 'failed', error: { code: 'SNAPSHOT_INVALID' } });
    expect(await safeModes()).toMatchObject([{ reasons: [{ code: 'SNAPSHOT_INVALID' }] }]);
  });

  test('again by a process that was killed before it could enter it', async () => {
    const plan = await aRunThatLostAnObject('delete.after-effect');
    await resumeInChild(migration.env, plan.runId, 'safe-mode.before-enter');
    expect(await safeModes()).toEqual([]);

    await app.resume(plan.runId);

    expect(await safeModes()).toMatchObject([{ reasons: [{ code: 'OBJECTS_LOST' }] }]);
  });

  test('once, although the process that entered it was killed before its run file said so', async () => {
    const plan = await aRunThatLostAnObject('delete.after-effect');
    await resumeInChild(migration.env, plan.runId, 'safe-mode.after-enter');
    const [once] = await safeModes();

    await app.resume(plan.runId);

    expect(once).toMatchObject({ reasons: [{ code: 'OBJECTS_LOST' }] });
    // The same in the same words is no second reason.
    expect((await safeModes())[0]?.reasons).toEqual(once?.reasons);
  });
});

describe('safe mode is not entered', { timeout: 120_000 }, () => {
  test('for drift, which is decided: the file is left alone', async () => {
    const plan = await app.plan(SCOPE);
    await startInChild(migration.env, plan, 'rows.after-intent');
    migration.sql("UPDATE files SET r2_key = 'moved' WHERE id = 'a'");

    expect(await app.resume(plan.runId)).toMatchObject({ state: 'partial', safeMode: null });

    expect(await safeModes()).toEqual([]);
  });

  test('for the lost file of a plan that was never executed, or of a run that has ended', async () => {
    const plan = await app.plan({ batchId: 'other' });
    const run = await app.run(await app.plan(SCOPE));
    rmSync(plan.runFile);
    rmSync(run.plan.runFile);

    expect(await safeModes()).toEqual([]);
    expect(await app.run(await app.plan({ batchId: 'other' }))).toMatchObject({
      state: 'succeeded',
    });
  });
});

describe('a target in safe mode', { timeout: 120_000 }, () => {
  test('refuses whatever writes, with why and the exits, also after a restart', async () => {
    const earlier = await app.run(await app.plan({ batchId: 'other' }));
    const undo = await app.planUndo(earlier.runId);
    const purge = await app.planPurge(earlier.runId);
    const stale = await app.plan(SCOPE);
    const { runId } = await aRunWhoseRowsWereChanged();
    const before = await migration.world();
    await restart();

    for (const plan of [undo, purge, stale]) {
      const error = await errorOf(app.run(plan));
      expect(error).toMatchObject({ code: 'TARGET_IN_SAFE_MODE', exitCode: 6 });
      expect(error.hint).toContain(`unwind resume ${runId}`);
      expect(await app.client.safeMode.admission({ runId: plan.runId })).toMatchObject({
        admission: 'refused',
      });
    }
    expect(await migration.world()).toEqual(before);
  });

  test('still plans, verifies and reports', async () => {
    const earlier = await app.run(await app.plan({ batchId: 'other' }));
    await aRunWhoseRowsWereChanged();

    expect(await app.client.run.verify({ runId: earlier.runId })).toMatchObject({ passed: true });
    expect(await app.plan(SCOPE)).toMatchObject({ kind: 'rollback' });
    expect(await app.client.status.get({})).toMatchObject({ target: earlier.plan.target });
    expect(lineOf(await preflightOf(app.client), 'workspace.safe-mode')).toMatchObject({
      state: 'failed',
    });
  });

  test('stays so although the database of the workspace is lost: the run files say it', async () => {
    await aRunWhoseRowsWereChanged();
    const before = await safeModes();
    await app.close();
    rmSync(join(migration.home, 'workspace.sqlite'));
    app = await openApp(migration.env);

    const after = await safeModes();

    expect(after.map(({ since, targetName }) => ({ since, targetName }))).toEqual(
      before.map(({ since, targetName }) => ({ since, targetName })),
    );
    expect(await errorOf(app.run(await app.plan({ batchId: 'other' })))).toMatchObject({
      code: 'TARGET_IN_SAFE_MODE',
    });
  });

  test('does not come back from the run files once it was left', async () => {
    await aRunWhoseRowsWereChanged();
    await leave('Looked at rec-a, it is right.');
    await app.close();
    rmSync(join(migration.home, 'workspace.sqlite'));
    app = await openApp(migration.env);

    expect(await safeModes()).toEqual([]);
  });
});

async function leave(
  reason: string,
  change: Partial<{ phrase: string; reasonCount: number }> = {},
) {
  const [safeMode] = await safeModes();
  return app.client.safeMode.leave({
    fingerprint: safeMode?.fingerprint ?? '',
    reasonCount: change.reasonCount ?? safeMode?.reasons.length ?? 0,
    reason,
    confirmation: change.phrase ?? safeMode?.leavePhrase ?? '',
  });
}

function openExits(safeMode: SafeMode | undefined): readonly string[] {
  return (safeMode?.exits ?? []).flatMap((exit) =>
    exit.closedBecause === null ? [exit.kind] : [],
  );
}

describe('the exits', { timeout: 120_000 }, () => {
  test('going on with the run ends safe mode by itself once it has succeeded, and says so', async () => {
    const { runId } = await aRunWhoseRowsWereChanged();
    expect(openExits((await safeModes())[0])).toEqual([
      'retry',
      'undo',
      'restore',
      'replan',
      'leave',
    ]);
    putRight();

    const run = await app.resume(runId);

    expect(run).toMatchObject({ state: 'succeeded', safeMode: { event: 'left' } });
    expect(await safeModes()).toEqual([]);
    expect(await app.run(await app.plan({ batchId: 'other' }))).toMatchObject({
      state: 'succeeded',
    });
  });

  test('going on with the run keeps the first reason when it fails again', async () => {
    const { runId } = await aRunWhoseRowsWereChanged();
    const [first] = await safeModes();

    expect(await app.resume(runId)).toMatchObject({ state: 'failed' });

    expect((await safeModes())[0]?.since).toBe(first?.since);
  });

  test('taking the run back ends it', async () => {
    const { runId } = await aRunWhoseRowsWereChanged();
    putRight();

    const undone = await app.run(await app.planUndo(runId));

    expect(undone).toMatchObject({ state: 'succeeded', safeMode: { event: 'left' } });
    expect(await safeModes()).toEqual([]);
    expect((await app.client.run.get({ runId })).safeMode).toMatchObject({ event: 'left' });
  });

  test('restoring the snapshot of a run whose file is lost ends it', async () => {
    const plan = await app.plan({ ...SCOPE, mode: 'database-only' });
    await startInChild(migration.env, plan, 'rows.after-effect');
    rmSync(plan.runFile);
    const [safeMode] = await safeModes();
    const exit = safeMode?.exits.find(({ kind }) => kind === 'restore');
    expect(openExits(safeMode)).toEqual(['restore', 'replan', 'leave']);

    const restored = await app.run(await app.planRestore(exit?.command.split(' ').at(-1) ?? ''));

    expect(restored).toMatchObject({ state: 'succeeded', safeMode: { event: 'left' } });
    expect(await safeModes()).toEqual([]);
  });

  test('a restore that holds a row is let through and leaves safe mode as it is', async () => {
    const plan = await app.plan({ ...SCOPE, mode: 'database-only' });
    await startInChild(migration.env, plan, 'rows.after-effect');
    rmSync(plan.runFile);
    migration.sql("DELETE FROM file_migrations WHERE id = 'rec-a'");
    const [safeMode] = await safeModes();
    const exit = safeMode?.exits.find(({ kind }) => kind === 'restore');

    const restored = await app.run(await app.planRestore(exit?.command.split(' ').at(-1) ?? ''));

    expect(restored).toMatchObject({ state: 'succeeded', counts: { held: 1 } });
    expect(await safeModes()).toHaveLength(1);
  });

  test('planning the same scope again ends it, with a plan made since and no older one', async () => {
    const older = await app.plan(SCOPE);
    const plan = await app.plan(SCOPE);
    await startInChild(migration.env, plan, 'begun-run.after-entry');
    rmSync(plan.runFile);
    expect(openExits((await safeModes())[0])).toEqual(['replan', 'leave']);

    expect(await errorOf(app.run(older))).toMatchObject({ code: 'TARGET_IN_SAFE_MODE' });
    const run: RunDetail = await app.run(await app.plan(SCOPE));

    expect(run).toMatchObject({ state: 'succeeded', safeMode: { event: 'left' } });
    expect(await safeModes()).toEqual([]);
  });

  test('leaving takes the phrase, every reason that holds, and a reason of the operator', async () => {
    await aRunWhoseRowsWereChanged();

    const wrong = await errorOf(leave('seen to', { phrase: 'yes' }));
    const unseen = await errorOf(leave('seen to', { reasonCount: 7 }));
    expect([wrong.code, unseen.code]).toEqual(['CONFIRMATION_MISMATCH', 'CONFIRMATION_MISMATCH']);
    expect(await safeModes()).toHaveLength(1);

    expect(await leave('Looked at rec-a.')).toMatchObject({ reason: 'Looked at rec-a.' });
    expect(await safeModes()).toEqual([]);
    expect(await errorOf(leave('again', { reasonCount: 1 }))).toMatchObject({
      code: 'TARGET_NOT_IN_SAFE_MODE',
    });
  });

  test('leaving for a lost run file holds: the target is not frozen again by the next look', async () => {
    const plan = await app.plan(SCOPE);
    await startInChild(migration.env, plan, 'rows.after-effect');
    rmSync(plan.runFile);
    expect(await safeModes()).toHaveLength(1);

    await leave('The file is lost for good; checked by hand.');
    await restart();

    expect(await safeModes()).toEqual([]);
    expect(await app.run(await app.plan({ batchId: 'other' }))).toMatchObject({
      state: 'succeeded',
    });
  });

  test('a run that succeeded and was killed before it could leave is found by the next look', async () => {
    const { runId } = await aRunWhoseRowsWereChanged();
    putRight();
    await resumeInChild(migration.env, runId, 'safe-mode.before-end');

    expect(await safeModes()).toEqual([]);
    expect((await app.client.run.get({ runId })).safeMode).toMatchObject({ event: 'left' });
  });
});
