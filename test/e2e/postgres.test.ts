import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import {
  execute,
  openConfirmation,
  planBatch,
  verdictOf,
} from '../support/browser/console-steps.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import type { World } from '../support/migration/a-migration.ts';
import {
  aPostgresMigration,
  type PostgresMigration,
} from '../support/migration/a-postgres-migration.ts';
import { aPostgresServer, type TestDatabase } from '../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

/** Pictures are kept here, to be looked at. */
const PICTURES = new URL('../../test-results/console/', import.meta.url);
const COUNT = 12;

describe.skipIf(chromium.kind === 'missing')(`browser › a PostgreSQL target${skipped}`, () => {
  const server = aPostgresServer();
  let r2: TestR2;
  let database: TestDatabase;
  let migration: PostgresMigration;
  let browser: Browser;
  let started: StartedConsole;
  let page: Page;
  let before: World;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    await mkdir(PICTURES, { recursive: true });
    [browser, r2] = await Promise.all([launchBrowser(chromium), startR2('customer-files')]);
    database = await server().createDatabase();
    migration = await aPostgresMigration(r2, database, [
      ...Array.from({ length: COUNT }, (_, index) => ({ id: `invoice-${String(index)}` })),
      { id: 'gone', original: null },
      { id: 'other', batchId: 'b-2' },
    ]);
    before = await migration.world();
    started = await startConsole({ env: migration.env() });
    page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    page.setDefaultTimeout(40_000);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(started.url);
  });

  afterAll(async () => {
    await browser.close();
    await started.close();
    await r2.stop();
    migration.remove();
  });

  /** What axe finds on the page as it is; keeps a picture of it. */
  async function faultsOf(name: string): Promise<readonly string[]> {
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: fileURLToPath(new URL(`postgres-${name}.png`, PICTURES)) });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    return violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`);
  }

  async function open(name: string): Promise<void> {
    await page.getByRole('navigation').getByRole('link', { name }).click();
  }

  test('shows at home which database and bucket it is', async () => {
    const bar = page.getByRole('region', { name: 'Target', exact: true });
    await bar.getByText(locationOf(database)).waitFor();

    expect(await bar.textContent()).toContain('PostgreSQL');
    expect(await bar.textContent()).toContain('customer-files');
    expect(await faultsOf('home')).toEqual([]);
  });

  test('is looked at in preflight with what only a server has', async () => {
    await open('Preflight');
    await page.getByRole('status').filter({ hasText: 'Checked' }).waitFor();

    const checks = await page.getByRole('region', { name: 'Database' }).textContent();

    for (const name of ['reachable', 'encryption', 'primary', 'row-security', 'lease']) {
      expect(checks).toContain(`database.${name}`);
    }
    await page.getByRole('link', { name: 'Plan a rollback' }).waitFor();
    expect(await faultsOf('preflight')).toEqual([]);
  });

  test('is planned without a change, and shows the diff of each file', async () => {
    await planBatch(page, 'b-1');

    const grid = page.getByRole('grid', { name: 'The diff' });
    await grid.getByRole('gridcell', { name: 'invoice-0.txt' }).first().waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(COUNT + 2));
    expect(await migration.world()).toEqual(before);
    expect(await faultsOf('plan')).toEqual([]);
    await openConfirmation(page);
    const asked = await page.getByRole('dialog').textContent();
    expect(asked).toContain(`PostgreSQL ${locationOf(database)}`);
    expect(await faultsOf('confirmation')).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  });

  test('is rolled back once confirmed: exactly the rows and objects of the plan', async () => {
    await execute(page);

    expect(await verdictOf(page)).toContain(`${String(COUNT)} files rolled back and verified`);
    const after = await migration.world();
    expect(after.quarantined).toHaveLength(COUNT);
    expect(Object.values(after.objects).toSorted()).toEqual([
      'content of gone',
      'content of other',
    ]);
    const kept = 'SELECT id FROM files WHERE r2_key IS NOT NULL ORDER BY id';
    expect(await database.run(kept)).toEqual([['gone'], ['other']]);
    const changed = "SELECT count(*) FROM file_migrations WHERE status = 'rolled_back'";
    expect(await database.run(changed)).toEqual([[String(COUNT)]]);
    expect(await faultsOf('run')).toEqual([]);
  });

  test('is named in the report', async () => {
    await page.getByRole('link', { name: 'Report' }).click();
    const report = page.getByRole('article');
    await report.waitFor();

    expect(await report.textContent()).toContain(database.name);
    await page.goBack();
  });

  test('is taken back bit for bit', async () => {
    await page.getByRole('button', { name: 'Undo…' }).click();
    await page.waitForURL(/\/plans\//);

    await execute(page);

    expect(await verdictOf(page)).toMatch(/\d+ files taken back and verified/);
    expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
  });

  test('shows who waits for whom on its tables', async () => {
    const [holder, waiter] = [await database.connect(), await database.connect()];
    try {
      await holder.query("SET application_name = 'nightly-import'");
      await holder.query('BEGIN');
      await holder.query("UPDATE files SET checksum = 'held' WHERE id = 'gone'");
      await waiter.query("SET application_name = 'web'");
      const waited = waiter.query("UPDATE files SET checksum = 'waited' WHERE id = 'gone'");
      waited.catch(() => undefined);

      await open('Locks');
      await page.getByRole('row', { name: /waits for/ }).waitFor();

      expect(await page.getByRole('main').textContent()).toContain('nightly-import');
      expect(await faultsOf('locks')).toEqual([]);
    } finally {
      await holder.end();
      await waiter.end();
    }
  });
});

function locationOf(database: TestDatabase): string {
  const { host, port } = database.connection;
  return `${host}:${String(port)}/${database.name}`;
}
