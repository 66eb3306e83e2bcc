import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { execute, verdictOf } from '../support/browser/console-steps.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

describe.skipIf(chromium.kind === 'missing')(`browser › blast radius${skipped}`, () => {
  let r2: TestR2;
  let migration: TestMigration;
  let started: StartedConsole;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    r2 = await startR2();
    migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
    started = await startConsole({ env: { ...migration.env, UNWIND_MAX_FILES: '1' } });
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

  async function planEverything(): Promise<void> {
    await page.getByRole('button', { name: 'Make the plan' }).click();
    await page.waitForURL(/\/plans\//);
    await page.getByRole('region', { name: 'Risks and checks' }).waitFor();
  }

  function risks(): Promise<string | null> {
    return page.getByRole('region', { name: 'Risks and checks' }).textContent();
  }

  function executeButton() {
    return page.getByLabel('Plan actions').getByRole('button', { name: /…$/ });
  }

  test('over a limit blocks the plan and says by how much', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Plan' }).click();
    await page.getByRole('checkbox', { name: 'Everything' }).check();
    await planEverything();

    expect(await risks()).toContain('2 files would change, and the limit is 1 (UNWIND_MAX_FILES');
    expect(await executeButton().isDisabled()).toBe(true);
  });

  test('is accepted in the composer with a reason, and with no less', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Plan' }).click();
    await page.getByRole('checkbox', { name: 'Everything' }).check();
    await page.getByText('Accept a risk').click();
    await page
      .getByRole('checkbox', { name: 'Go on although a limit of the target is broken' })
      .check();
    expect(await page.getByRole('button', { name: 'Make the plan' }).isDisabled()).toBe(true);

    await page.getByRole('textbox', { name: 'Reason' }).fill('the owner agreed');
    await planEverything();

    expect(await risks()).toContain('the owner agreed');
    expect(await executeButton().isEnabled()).toBe(true);
  });

  test('accepted is executed like any other plan', async () => {
    await execute(page);

    expect(await verdictOf(page)).toMatch(/^2 files rolled back and verified/);
  });

  test('of a purge is accepted on the page of the blocked plan', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Quarantine' }).click();
    await page.getByRole('button', { name: /^Purge the quarantine/ }).click();
    await page.waitForURL(/\/plans\//);
    const blockedUrl = page.url();
    const form = page.getByRole('form', { name: 'Accept the blast radius' });

    await form.getByRole('textbox').fill('retention is over');
    await form.getByRole('button', { name: 'Plan again with this reason' }).click();
    await page.waitForURL((url) => url.href !== blockedUrl);

    await expect.poll(() => executeButton().isEnabled(), { timeout: 20_000 }).toBe(true);
    expect(await risks()).toContain('retention is over');
  });
});
