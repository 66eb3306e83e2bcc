import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { execute, verdictOf } from '../support/browser/console-steps.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { makePlan, openConsoleClient, runToEnd } from '../support/hosts/console-client.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { addColumnsAnew, asSavedFiles, schemaOf } from '../support/migration/as-saved-files.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

describe.skipIf(chromium.kind === 'missing')(`browser › drop of columns${skipped}`, () => {
  let r2: TestR2;
  let migration: TestMigration;
  let schemaBefore: string;
  let started: StartedConsole;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    r2 = await startR2();
    migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
    asSavedFiles(migration, 'whole');
    schemaBefore = addColumnsAnew(migration);
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

  async function visitStatus(): Promise<void> {
    await page.goto(new URL('/status', started.url).href);
  }

  function columns() {
    return page.getByRole('region', { name: 'Columns that the migration added' });
  }

  test('is not offered while records are migrated, and says how many', async () => {
    await visitStatus();

    const text = await columns().textContent();
    const button = columns().getByRole('button', { name: 'Plan to drop the columns' });

    expect(text).toContain('2 records are not');
    expect(await button.isDisabled()).toBe(true);
  });

  describe('once everything is rolled back', () => {
    beforeAll(async () => {
      const { client, close } = await openConsoleClient(started.url);
      await runToEnd(client, await makePlan(client, { full: true }));
      close();
    });

    test('is blocked while the rollback can be undone, until that is given up with a reason', async () => {
      await visitStatus();
      await columns().getByRole('button', { name: 'Plan to drop the columns' }).click();
      await page.waitForURL(/\/plans\//);
      const blockedUrl = page.url();
      const form = page.getByRole('form', { name: 'Give up the undo' });

      await form.getByRole('textbox').fill('the files were checked by hand');
      await form.getByRole('button', { name: 'Plan again with this reason' }).click();
      await page.waitForURL((url) => url.href !== blockedUrl);

      const risks = page.getByRole('region', { name: 'Risks and checks' });
      expect(await risks.textContent()).toContain('the files were checked by hand');
    });

    test('shows its SQL, and is executed like any other plan', async () => {
      const sql = page.getByRole('region', { name: 'The columns' });
      expect(await sql.textContent()).toContain('DROP COLUMN "migration_batch_id"');

      await execute(page);

      expect(await verdictOf(page)).toContain('5 columns dropped and verified');
      expect(schemaOf(migration)).toBe(schemaBefore);
    });

    test('is what status tells of afterwards, with the way to its run', async () => {
      await visitStatus();

      await page.getByRole('link', { name: 'Open the run that dropped them' }).click();

      await page.waitForURL(/\/runs\//);
      expect(await verdictOf(page)).toContain('5 columns dropped');
    });
  });
});
