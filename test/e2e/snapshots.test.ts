import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { execute, planEverything, verdictOf } from '../support/browser/console-steps.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { aMigration, type TestMigration, type World } from '../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

describe.skipIf(chromium.kind === 'missing')(`browser › snapshots${skipped}`, () => {
  let r2: TestR2;
  let migration: TestMigration;
  let started: StartedConsole;
  let browser: Browser;
  let page: Page;
  let before: World;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    r2 = await startR2();
    migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
    before = await migration.world();
    started = await startConsole({ env: migration.env });
    browser = await launchBrowser(chromium);
    page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    page.setDefaultTimeout(40_000);
    await page.goto(started.url);
  });

  afterAll(async () => {
    await browser.close();
    await started.close();
    migration.remove();
    await r2.stop();
  });

  function rowOf(kind: 'Snapshot' | 'Backup') {
    return page.getByRole('row').filter({ hasText: kind }).last();
  }

  async function openSnapshots(): Promise<void> {
    await page.getByRole('navigation').getByRole('link', { name: 'Snapshots' }).click();
    await rowOf('Snapshot')
      .getByRole('button', { name: /^Restore/ })
      .waitFor();
  }

  test('are listed and verified, and the page remembers it', async () => {
    await planEverything(page);
    await execute(page);
    expect(await verdictOf(page)).toMatch(/^2 files rolled back/);
    await openSnapshots();
    const row = page.getByRole('row').filter({ hasText: /Snapshot.*Verify/ });

    await row.getByRole('button', { name: /^Verify/ }).click();

    await row.getByText('Sound').waitFor();
  }, 90_000);

  test('are restored from by a plan, once the objects are back', async () => {
    for (const id of ['a', 'b']) {
      const body = `content of ${id}`;
      await r2.put({ key: migration.keyOf(id), body, contentType: 'text/plain' });
    }

    await page.getByRole('button', { name: /^Restore from snapshot/ }).click();
    await page.waitForURL(/\/plans\//);
    await execute(page);

    expect(await verdictOf(page)).toMatch(/^2 files restored and verified/);
    const { records, files, batches } = await migration.world();
    expect({ records, files, batches }).toEqual({
      records: before.records,
      files: before.files,
      batches: before.batches,
    });
  });

  test('that are damaged are not restored from, and the page names what was tried instead', async () => {
    await openSnapshots();
    const button = page.getByRole('button', { name: /^Restore from snapshot/ }).last();
    const id = ((await button.getAttribute('aria-label')) ?? '').split(/[ :]/)[3] ?? '';
    const path = join(started.home, 'snapshots', id, 'files.ndjson.zst');
    writeFileSync(path, readFileSync(path).subarray(0, 30));

    await button.click();

    const problem = await page.getByRole('alert').first().textContent();
    expect(problem).toContain('Tried instead, newest first');
  });

  test('go into one file with everything, from the page of a run', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('main').getByRole('row').last().getByRole('link').first().click();

    await page.getByRole('button', { name: 'Pack everything' }).click();

    const told = page.getByRole('alert').filter({ hasText: 'Packed' });
    const path = (await told.locator('code').textContent()) ?? '';
    expect(execFileSync('tar', ['-tzf', path], { encoding: 'utf8' })).toContain('README.md');
  });
});
