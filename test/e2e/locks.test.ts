import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blockedSessions } from '../integration/locks/blocked-sessions.ts';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

describe.skipIf(chromium.kind === 'missing')(`browser › locks${skipped}`, () => {
  const blocked = blockedSessions();
  let started: StartedConsole;
  let browser: Browser;
  let page: Page;

  beforeEach(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    started = await startConsole({ env: blocked.migration().env() });
    browser = await launchBrowser(chromium);
    page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    page.setDefaultTimeout(40_000);
    await page.goto(started.url);
    await page.getByRole('navigation').getByRole('link', { name: 'Locks' }).click();
  });

  afterEach(async () => {
    await browser.close();
    await started.close();
  });

  test('show who waits for whom, and stop one session after a typed consent with Cancel in focus', async () => {
    const pid = String(blocked.holder().pid);
    const waiter = page.getByRole('row', { name: new RegExp(String(blocked.waiter().pid)) });
    await waiter.waitFor();
    expect(await waiter.textContent()).toContain(`waits for ${pid}`);

    await page.getByRole('button', { name: new RegExp(`^Terminate session ${pid} `) }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.textContent()).toContain('The server rolls its open transaction back');
    const cancel = dialog.getByRole('button', { name: 'Cancel', exact: true });
    await expect
      .poll(() => cancel.evaluate((button) => button === button.ownerDocument.activeElement))
      .toBe(true);
    const execute = dialog.getByRole('button', { name: `Terminate session ${pid}` });
    expect(await execute.isDisabled()).toBe(true);

    await dialog
      .getByRole('textbox', { name: 'Confirmation phrase' })
      .fill(`terminate session ${pid} on default`);
    await execute.click();

    expect(await blocked.waited()).toBe('done');
    await page.getByText(`The server was asked to end session ${pid}.`).waitFor();
  });
});
