import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { openApp } from '../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

describe.skipIf(chromium.kind === 'missing')(
  `browser › a run file from elsewhere${skipped}`,
  () => {
    let r2: TestR2;
    let migration: TestMigration;
    let runFile: string;
    let started: StartedConsole;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      if (chromium.kind === 'missing') return;
      requireBuiltPages();
      r2 = await startR2();
      migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
      const app = await openApp(migration.env);
      const run = await app.run(await app.plan({ full: true }));
      await app.close();
      runFile = run.plan.runFile;
      // A workspace of its own, with nothing but its sandbox: somebody else's laptop.
      started = await startConsole();
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

    async function openPath(path: string): Promise<void> {
      await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
      await page.getByRole('button', { name: 'Open a run file…' }).click();
      await page.getByRole('textbox', { name: 'Path of the file' }).fill(path);
      await page.keyboard.press('Enter');
    }

    test('that is none says so, where it was asked for', async () => {
      await openPath('/nowhere/nothing.unwind');

      const dialog = page.getByRole('dialog');
      await dialog.getByText('RUN_NOT_FOUND').waitFor();
      expect(await dialog.textContent()).toContain('nothing.unwind');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    });

    test('that is dropped on a browser, which does not tell where it lies, is shown the way', async () => {
      const dropped = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File(['x'], 'run.unwind'));
        return data;
      });

      await page.dispatchEvent('main', 'drop', { dataTransfer: dropped });

      await page.getByText('run.unwind was not opened').waitFor();
      await page.getByRole('alert').getByRole('link', { name: 'Runs' }).waitFor();
    });

    test('is read although its target is not there: what was planned, and what became of it', async () => {
      await openPath(runFile);
      await page.waitForURL(/\/runs\/01/);

      const outcome = page.getByRole('region', { name: 'Outcome' });
      expect(await outcome.textContent()).toContain('2 files');
      expect(await page.getByRole('region', { name: 'Target' }).textContent()).toContain('default');
    });
  },
);
