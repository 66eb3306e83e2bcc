import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

/** Pictures are kept here, to be looked at. */
const PICTURES = new URL('../../test-results/console/', import.meta.url);

describe.skipIf(skipped !== '')(`browser › preflight${skipped}`, () => {
  let r2: TestR2;
  let migration: TestMigration;
  let browser: Browser;
  let started: StartedConsole;
  let page: Page;

  beforeAll(async () => {
    requireBuiltPages();
    await mkdir(PICTURES, { recursive: true });
    if (chromium.kind === 'missing') return;
    [browser, r2] = await Promise.all([launchBrowser(chromium), startR2()]);
    migration = await aMigration(r2, [{ id: 'a' }, { id: 'b', original: null }]);
    addRecords(migration.databasePath, 1_000);
    started = await startConsole({ env: { ...migration.env, R2_SECRET_ACCESS_KEY: 'wrong' } });
    page = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page.setDefaultTimeout(40_000);
    await page.goto(started.url);
  });

  afterAll(async () => {
    await browser.close();
    await started.close();
    await r2.stop();
    migration.remove();
  });

  async function openPreflight(): Promise<void> {
    await page.getByRole('navigation').getByRole('link', { name: 'Preflight' }).click();
    await verdict().waitFor();
  }

  function verdict() {
    return page.getByRole('status').filter({ hasText: 'Checked' });
  }

  test('says that the target is not ready, and in which line that is', async () => {
    await openPreflight();

    expect(await verdict().textContent()).toContain('Not ready for a rollback');
    const bucket = page.getByRole('region', { name: 'Bucket' });
    expect(await bucket.getByText('Failed', { exact: true }).count()).toBeGreaterThan(0);
    expect(await page.getByRole('link', { name: 'Plan a rollback' }).count()).toBe(0);
  });

  test('leads from the verdict to the line that failed', async () => {
    await openPreflight();
    await verdict()
      .getByRole('button', { name: /^Failed: / })
      .first()
      .click();

    const focused = await page.evaluate(() => document.activeElement?.id ?? '');
    expect(focused).toMatch(/^bucket\./);
  });

  test('copies the statement that makes a missing index', async () => {
    await openPreflight();
    const line = page.locator('[id="database.index.record-batch"]');
    await line.hover();
    await line.getByRole('button', { name: 'Copy statement' }).click();

    // Read back by pasting: the console's own policy keeps its pages from reading the clipboard.
    await page.getByRole('navigation').getByRole('link', { name: 'Plan' }).click();
    await page.getByLabel('Batch').first().focus();
    await page.keyboard.press('Control+V');
    expect(await page.getByLabel('Batch').first().inputValue()).toMatch(
      /^CREATE INDEX "file_migrations_batch_id"/,
    );
  });

  test('looks again at what has been fixed, only as far as rows need', async () => {
    await openPreflight();
    await page.getByText('Rows only', { exact: true }).click();
    await page.waitForURL(/mode=database-only/);
    const database = new Database(migration.databasePath);
    database.exec('CREATE INDEX by_batch ON file_migrations (batch_id)');
    database.close();
    await page.getByRole('button', { name: 'Run again' }).click();

    await page.getByText('by_batch').waitFor();
    await page.getByRole('link', { name: 'Plan a rollback' }).waitFor();
    expect(await page.getByRole('region', { name: 'Bucket' }).textContent()).toContain('Skipped');
  });

  test('is where the composer sends who wants to check the target first', async () => {
    await page.goto(new URL('/plan', started.url).href);
    await page.getByText('Objects only', { exact: true }).click();
    await page.getByRole('link', { name: 'Check the target first' }).click();

    await page.waitForURL(/\/preflight\?mode=r2-only$/);
  });

  test.each(['light', 'dark'] as const)('has no fault in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(new URL('/preflight', started.url).href);
    await verdict().waitFor();
    await page.screenshot({
      path: fileURLToPath(new URL(`preflight-not-ready-${colorScheme}.png`, PICTURES)),
    });
    await verdict().getByRole('button').first().click();
    await page.screenshot({
      path: fileURLToPath(new URL(`preflight-failed-line-${colorScheme}.png`, PICTURES)),
    });

    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();

    expect(violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`)).toEqual([]);
  });
});

/** Records of failed files: enough for an index to matter, with nothing in the bucket. */
function addRecords(databasePath: string, count: number): void {
  const database = new Database(databasePath);
  database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO file_migrations (id, batch_id, status) SELECT 'x' || i, 'b-2', 'failed' FROM n`,
    )
    .run(count);
  database.close();
}
