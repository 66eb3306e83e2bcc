import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {
  ReconstructedRow,
  ReconstructionSummary,
} from '../../../src/shared/domain/reconstruction.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import { aMigration, type TestMigration, type World } from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;
let before: World;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b', status: 'verified' }]);
  app = await openApp(migration.env);
  before = await migration.world();
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

function rollBackRows(): Promise<RunDetail> {
  return app.plan({ full: true, mode: 'database-only' }).then((plan) => app.run(plan));
}

async function reconstructed(
  runId?: string,
): Promise<{ rows: ReconstructedRow[]; summary: ReconstructionSummary | undefined }> {
  const rows: ReconstructedRow[] = [];
  let summary: ReconstructionSummary | undefined;
  for await (const event of await app.client.emergency.reconstruct({ runId })) {
    if (event.kind === 'rows') rows.push(...event.rows);
    if (event.kind === 'finished') summary = event.summary;
  }
  return { rows, summary };
}

function damageSnapshot({ snapshotId }: RunDetail): void {
  const folder = join(migration.home, 'snapshots', snapshotId ?? '');
  const path = join(folder, 'file_migrations.ndjson.zst');
  writeFileSync(path, readFileSync(path).subarray(0, 40));
}

function removeBackups(): void {
  rmSync(join(migration.home, 'backups'), { recursive: true });
}

function editPlan({ plan }: RunDetail): void {
  const file = new Database(plan.runFile);
  file.exec('UPDATE plan SET json = replace(json, \'"records":2\', \'"records":3\')');
  file.close();
}

describe('reconstruction', () => {
  test('knows every value from a sound snapshot', async () => {
    await rollBackRows();

    const { rows, summary } = await reconstructed();

    expect(summary).toMatchObject({
      rowCount: 2,
      byConfidence: [{ confidence: 'snapshot', count: 2 }],
      problems: [],
    });
    expect(rows[1]?.cells).toContainEqual({
      column: 'status',
      value: 'verified',
      confidence: 'snapshot',
    });
  });

  test('falls back to what the plan read where the snapshot is damaged, and names the damage', async () => {
    const run = await rollBackRows();
    damageSnapshot(run);

    const { rows, summary } = await reconstructed();

    expect(rows.map(({ confidence }) => confidence)).toEqual(['plan', 'plan']);
    expect(rows[0]?.cells.find(({ column }) => column === 'r2Key')?.value).toBe(
      migration.keyOf('a'),
    );
    expect(summary?.problems).toEqual([expect.stringContaining(run.snapshotId ?? '') as string]);
  });

  test('does not believe a plan whose digest does not hold', async () => {
    const run = await rollBackRows();
    damageSnapshot(run);
    editPlan(run);

    const { rows, summary } = await reconstructed(run.runId);

    expect(rows.map(({ confidence }) => confidence)).toEqual(['backup', 'backup']);
    expect(summary?.problems).toHaveLength(2);
  });

  test('tells from the tracking rows what nothing else tells, and what nobody knows', async () => {
    await rollBackRows();
    removeBackups();
    for (const folder of ['runs', 'snapshots'])
      rmSync(join(migration.home, folder), { recursive: true });

    const { rows, summary } = await reconstructed();

    expect(summary?.byConfidence).toEqual([{ confidence: 'unknown', count: 2 }]);
    expect(rows[0]?.cells).toContainEqual({
      column: 'r2Key',
      value: migration.keyOf('a'),
      confidence: 'tracking-row',
    });
    expect(rows[0]?.cells).toContainEqual({ column: 'status', value: null, confidence: 'unknown' });
  });

  test('goes back before the oldest of several runs', async () => {
    const first = await rollBackRows();
    await app.run(await app.planRestore(first.snapshotId ?? ''));
    damageSnapshot(first);

    const { rows } = await reconstructed();

    expect(rows.map(({ source }) => source)).toEqual(Array(2).fill(`plan of run ${first.runId}`));
  });

  test('leaves out a run that was undone', async () => {
    const run = await rollBackRows();
    await app.run(await app.planUndo(run.runId));

    expect((await reconstructed()).summary).toMatchObject({ runIds: [], rowCount: 0 });
  });
});

describe('restore from a reconstruction', () => {
  test('brings back what snapshots and plans tell, bit for bit', async () => {
    const run = await rollBackRows();
    damageSnapshot(run);

    const restored = await app.run(await app.planReconstructed());

    expect(restored).toMatchObject({ state: 'succeeded', verification: { passed: true } });
    expect(await migration.world()).toEqual(before);
  });

  test('holds what only a backup or a tracking row tells', async () => {
    const run = await rollBackRows();
    damageSnapshot(run);
    editPlan(run);

    const plan = await app.planReconstructed(run.runId);

    expect(plan.heldByReason).toEqual([{ reason: 'values-unproved', count: 2 }]);
    expect(plan.counts.rowsToChange).toBe(0);
  });
});
