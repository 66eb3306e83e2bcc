import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openR2ObjectStore } from '../../src/main/adapters/r2/open-r2-object-store.ts';
import { CRASH_POINTS } from '../../src/main/core/ports/crash-points.ts';
import { copyVerified } from '../../src/main/core/run/steps/copy-verified.ts';
import type { Act } from '../support/crash/act.ts';
import { type ActChildren, bundleActChildren } from '../support/crash/act-in-child.ts';
import { addManyRowsOf, MANY_ROWS } from '../support/crash/many-rows-of-one-key.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { drained, openApp, type TestApp } from '../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const MEBIBYTE = 1024 * 1024;
const PLAN_POINTS = CRASH_POINTS.filter((point) => point.startsWith('plan.'));
const PACK_POINTS = CRASH_POINTS.filter((point) => point.startsWith('pack.'));
const RECONCILE_POINTS = CRASH_POINTS.filter((point) => /^(reconcile|report)\./.test(point));
const PART_POINTS = CRASH_POINTS.filter((point) =>
  /^(parts?-\w+-request|part-request)\./.test(point),
);

let r2: TestR2;
let children: ActChildren;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
  children = await bundleActChildren();
});
afterAll(async () => {
  children.remove();
  await r2.stop();
});
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'dangling', object: null }]);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  for (const key of await r2.keys()) await r2.remove(key);
  migration.remove();
});

async function killAt(point: string, act: Act): Promise<void> {
  expect(await children.act(migration.env, act, point)).toMatchObject({ signal: 'SIGKILL' });
}

describe('a process that plans', { timeout: 120_000 }, () => {
  test.each(PLAN_POINTS)('and is killed at %s leaves a whole plan or none', async (point) => {
    const before = await migration.world();

    await killAt(point, { act: 'plan', scope: { full: true } });

    const { runs } = await app.client.run.list({});
    expect(runs.map(({ state }) => state)).toEqual(isNamed(point) ? ['planned'] : []);
    expect(await migration.world()).toEqual(before);
    expect(await app.run(await app.plan({ full: true }))).toMatchObject({ state: 'succeeded' });
  });
});

describe('a process that reconciles', { timeout: 120_000 }, () => {
  test.each(RECONCILE_POINTS)(
    'and is killed at %s leaves a report to go on with',
    async (point) => {
      await r2.put({ key: migration.keyOf('orphan'), body: 'orphan' });
      addManyRowsOf(migration, 'dangling');

      await killAt(point, { act: 'reconcile' });

      const [report] = (await app.client.reconcile.list({})).reports;
      const reportId = report?.reportId ?? '';
      if (report?.state === 'unfinished')
        await drained(await app.client.reconcile.resume({ reportId }));
      const { kinds } = await app.client.reconcile.get({ reportId });
      expect(kinds.map(({ kind, count }) => [kind, count])).toEqual([
        ['dangling-row', 2 + MANY_ROWS],
        ['orphan-object', 1],
      ]);
      const names = readdirSync(join(migration.home, 'reconciles'));
      expect(names).toEqual([`${reportId}.sqlite`]);
    },
  );
});

describe('a process that copies an object in parts', { timeout: 120_000 }, () => {
  const body = randomBytes(3 * MEBIBYTE).toString('hex');

  async function aLargeObject() {
    const fromKey = migration.keyOf('large');
    await r2.put({ key: fromKey, body });
    const store = openR2ObjectStore({
      ...r2.address,
      parts: { largestSingle: 5 * MEBIBYTE, part: 5 * MEBIBYTE },
    });
    const source = (await store.statMany([fromKey])).get(fromKey);
    if (source === undefined) throw new Error('The object was just stored.');
    return { store, source, toKey: `.unwind-quarantine/run/${fromKey}` };
  }

  test.each(PART_POINTS)('and is killed at %s leaves the whole copy or none', async (point) => {
    const { store, source, toKey } = await aLargeObject();
    // Only a copy that fails gives its parts up: these are too small to be put together.
    const partBytes = point.startsWith('parts-abort-') ? MEBIBYTE : 5 * MEBIBYTE;
    const { key: fromKey, etag, sizeBytes } = source;

    await killAt(point, { act: 'copy-in-parts', fromKey, toKey, etag, sizeBytes, partBytes });

    const left = await r2.read(toKey);
    expect(left === undefined || left === body).toBe(true);
    const copied = await copyVerified(store, { source, toKey, expectedSha256: null });
    expect(copied).toMatchObject({ kind: 'copied' });
    await store.close();
  });
});

describe('a process that packs', { timeout: 120_000 }, () => {
  test.each(PACK_POINTS)('and is killed at %s leaves a whole pack or none', async (point) => {
    await app.run(await app.plan({ full: true }));

    await killAt(point, { act: 'pack' });

    const folder = join(migration.home, 'packs');
    const packs = readdirSync(folder).filter((name) => name.endsWith('.tar.gz'));
    expect(packs).toHaveLength(isNamed(point) ? 1 : 0);
    for (const name of packs) execFileSync('tar', ['-tzf', join(folder, name)]);
  });
});

/** Whether a file has its own name at a point of its publication. */
function isNamed(point: string): boolean {
  return point.endsWith('.after-rename') || point.endsWith('.after-publish');
}

describe('what a killed process left half written', () => {
  test('is never taken for a plan', async () => {
    await killAt('plan.before-sync', { act: 'plan', scope: { full: true } });
    const [half = ''] = readdirSync(join(migration.home, 'runs'));

    expect(half).toMatch(/\.unwind\.partial$/);
    expect(readFileSync(join(migration.home, 'runs', half)).length).toBeGreaterThan(0);
    expect(existsSync(join(migration.home, 'runs', half.replace('.partial', '')))).toBe(false);
    expect((await app.client.run.list({})).total).toBe(0);
  });
});
