import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import {
  openConfirmation,
  planEverything,
  pressExecute,
  verdictOf,
} from '../support/browser/console-steps.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

describe.skipIf(chromium.kind === 'missing')(`browser › guard of a target${skipped}`, () => {
  let r2: TestR2;
  let migration: TestMigration;
  let browser: Browser;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    r2 = await startR2();
    migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
    browser = await launchBrowser(chromium);
  });

  afterAll(async () => {
    await browser.close();
    migration.remove();
    await r2.stop();
  });

  /** Opens a console of its own on the same migration, guarded in another way. */
  async function withConsole(
    settings: Readonly<Record<string, string>>,
    work: (page: Page) => Promise<void>,
  ): Promise<void> {
    const started: StartedConsole = await startConsole({
      env: { ...migration.env, ...settings },
    });
    const page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    page.setDefaultTimeout(40_000);
    try {
      await page.goto(started.url);
      await work(page);
    } finally {
      await page.close();
      await started.close();
    }
  }

  function bar(page: Page) {
    return page.getByRole('region', { name: 'Target' });
  }

  test('lets nothing be executed where the target is read-only, and says so', async () => {
    await withConsole({ UNWIND_GUARD: 'read-only' }, async (page) => {
      await planEverything(page);
      const footer = page.getByLabel('Plan actions');

      expect(await bar(page).textContent()).toContain('Read-only');
      expect(await footer.textContent()).toContain('The target is read-only');
      expect(await footer.getByRole('button', { name: /…$/ }).isDisabled()).toBe(true);
    });
  });

  test('takes a reason in production, and names it on every page', async () => {
    await withConsole({ UNWIND_ENVIRONMENT: 'production' }, async (page) => {
      await planEverything(page);
      expect(await bar(page).textContent()).toContain('PRODUCTION');
      await openConfirmation(page);
      const dialog = page.getByRole('dialog');
      const phrase = (await dialog.locator('#phrase-to-type code').textContent()) ?? '';
      await dialog.getByRole('textbox', { name: 'Confirmation phrase' }).fill(phrase);
      const button = dialog.getByRole('button', { name: /^Roll back/ });

      expect(await button.isDisabled()).toBe(true);
      await dialog.getByRole('textbox', { name: /^Reason/ }).fill('INC-4711');
      expect(await button.isDisabled()).toBe(false);
    });
  });

  test('takes a yes and no phrase where that is enough, but for what cannot be undone', async () => {
    await withConsole({ UNWIND_GUARD: 'confirm' }, async (page) => {
      await planEverything(page);
      await openConfirmation(page);
      expect(await page.getByRole('textbox', { name: 'Confirmation phrase' }).count()).toBe(0);
      await pressExecute(page);
      await page.waitForURL(/\/runs\//);
      expect(await verdictOf(page)).toContain('rolled back');

      await page.getByRole('navigation').getByRole('link', { name: 'Quarantine' }).click();
      await page.getByRole('button', { name: /^Purge/ }).click();
      await page.waitForURL(/\/plans\//);
      await openConfirmation(page);
      expect(await page.getByRole('textbox', { name: 'Confirmation phrase' }).count()).toBe(1);
    });
  });
});
