import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openR2ObjectStore } from '../../src/main/adapters/r2/open-r2-object-store.ts';
import { CRASH_POINTS } from '../../src/main/core/ports/crash-points.ts';
import type { Act } from '../support/crash/act.ts';
import { type ActChildren, bundleActChildren } from '../support/crash/act-in-child.ts';
import { measure } from '../support/crash/crash-case.ts';
import { crashWorldOnD1, crashWorldOnPostgres } from '../support/crash/crash-world.ts';
import { addManyRowsOf } from '../support/crash/many-rows-of-one-key.ts';
import { pointOf } from '../support/crash/matrix.ts';
import { FILE_SETS, type Scenario } from '../support/crash/scenario.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { addColumnsAnew, asSavedFiles } from '../support/migration/as-saved-files.ts';
import { openApp } from '../support/migration/open-app.ts';
import { aPostgresServer } from '../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const MEBIBYTE = 1024 * 1024;

const server = aPostgresServer();
let r2: TestR2;
let children: ActChildren;

beforeAll(async () => {
  r2 = await startR2();
  children = await bundleActChildren();
});
afterAll(async () => {
  children.remove();
  await r2.stop();
});

test('every crash point is passed by what crash tests kill, and nothing passes another', {
  timeout: 1_200_000,
}, async () => {
  const passed = [
    ...(await pointsOf({ database: 'd1', mode: 'both', action: 'run' })),
    ...(await pointsOf({ database: 'd1', mode: 'database-only', action: 'run' })),
    ...(await pointsOf({ database: 'd1', mode: 'both', action: 'undo' })),
    ...(await pointsOf({ database: 'd1', mode: 'both', action: 'purge' })),
    ...(await pointsOf({ database: 'postgres', mode: 'both', action: 'run' })),
    ...(await pointsOfRecovery()),
    ...(await pointsOfStages()),
    ...(await pointsOfSafeMode()),
    ...(await pointsOfEmergency()),
    ...(await pointsElsewhere()),
    ...(await pointsOfDrop()),
  ];

  expect([...new Set(passed)].toSorted()).toEqual([...CRASH_POINTS].toSorted());
});

async function pointsOf(scenario: Omit<Scenario, 'files'>): Promise<readonly string[]> {
  const makeWorld = () =>
    scenario.database === 'd1'
      ? crashWorldOnD1(r2, FILE_SETS['two-batches'])
      : crashWorldOnPostgres({ r2, server: server() }, FILE_SETS['two-batches']);
  const { points } = await measure({ children, makeWorld }, { ...scenario, files: 'two-batches' });
  return points.map(pointOf);
}

async function recordedIn(
  world: { readonly home: string; readonly env: Readonly<Record<string, string>> },
  act: Act,
): Promise<readonly string[]> {
  const file = join(world.home, 'points');
  await children.act(world.env, act, `record:${file}`);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

/** A run in two stages up to its checkpoint, and the recovery of one. */
async function pointsOfStages(): Promise<readonly string[]> {
  return onPlan(async (world, start) => [
    ...(await recordedIn(world, { ...start, stages: [1] })),
    ...(await recordedIn(world, { act: 'resume', runId: start.runId })),
  ]);
}

async function pointsOfRecovery(): Promise<readonly string[]> {
  return onPlan(async (world, start) => {
    await children.act(world.env, start, 'rows.after-intent');
    return recordedIn(world, { act: 'resume', runId: start.runId });
  });
}

/** A recovery that finds an object gone together with its copy, and the way out of the safe mode that this means. */
async function pointsOfSafeMode(): Promise<readonly string[]> {
  return onPlan(async (world, start) => {
    await children.act(world.env, start, 'delete.after-effect');
    for (const key of await r2.keys('.unwind-quarantine/')) await r2.remove(key);
    return [
      ...(await recordedIn(world, { act: 'resume', runId: start.runId })),
      ...(await recordedIn(world, { act: 'leave-safe-mode' })),
    ];
  });
}

async function onPlan(
  work: (world: TestMigration, start: Extract<Act, { act: 'start' }>) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const migration = await aMigration(r2, FILE_SETS['two-batches']);
  const app = await openApp(migration.env);
  try {
    const { runId, digest, confirmationPhrase: confirmation } = await app.plan({ full: true });
    return await work(migration, { act: 'start', runId, digest, confirmation });
  } finally {
    await app.close();
    migration.remove();
  }
}

async function pointsOfEmergency(): Promise<readonly string[]> {
  const migration = await aMigration(r2, FILE_SETS['one-file']);
  const app = await openApp(migration.env);
  try {
    const { snapshotId } = await app.run(await app.plan({ full: true }));
    return [
      ...(await recordedIn(migration, { act: 'verify-snapshot', snapshotId: snapshotId ?? '' })),
      ...(await recordedIn(migration, { act: 'pack' })),
    ];
  } finally {
    await app.close();
    migration.remove();
  }
}

async function pointsElsewhere(): Promise<readonly string[]> {
  const migration = await aMigration(r2, [{ id: 'a', object: null }]);
  addManyRowsOf(migration, 'a');
  const fromKey = migration.keyOf('large');
  await r2.put({ key: fromKey, body: randomBytes(3 * MEBIBYTE).toString('hex') });
  const app = await openApp(migration.env);
  const etag = await etagOf(fromKey);
  const copy = { act: 'copy-in-parts', fromKey, etag, sizeBytes: 6 * MEBIBYTE } as const;
  const points = [
    ...(await recordedIn(migration, { act: 'plan', scope: { full: true } })),
    ...(await recordedIn(migration, { act: 'reconcile' })),
    ...(await recordedIn(migration, { ...copy, toKey: 'whole', partBytes: 5 * MEBIBYTE })),
    // Parts that are too small to be put together are given up.
    ...(await recordedIn(migration, { ...copy, toKey: 'none', partBytes: MEBIBYTE })),
  ];
  await app.close();
  migration.remove();
  return points;
}

async function etagOf(key: string): Promise<string> {
  const store = openR2ObjectStore(r2.address);
  const facts = (await store.statMany([key])).get(key);
  await store.close();
  if (facts === undefined) throw new Error(`There is no object at ${key}.`);
  return facts.etag;
}

async function pointsOfDrop(): Promise<readonly string[]> {
  const migration = await aMigration(r2, FILE_SETS['one-file']);
  asSavedFiles(migration, 'whole');
  addColumnsAnew(migration);
  const app = await openApp(migration.env);
  const run = await app.run(await app.plan({ full: true }));
  await app.run(await app.planPurge(run.runId));
  const { runId, digest, confirmationPhrase: confirmation } = await app.planDrop();
  const points = await recordedIn(migration, { act: 'start', runId, digest, confirmation });
  await app.close();
  migration.remove();
  return points;
}
