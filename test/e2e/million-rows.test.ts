import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BenchSubject, SubjectCopy } from '../bench/bench-subject.ts';
import { seedD1 } from '../bench/d1-subject.ts';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';
const FILES = 1_000_000;
const MAKING_MS = 300_000;
const POLL = { timeout: 40_000 };

describe.skipIf(chromium.kind === 'missing')(`browser › a million files${skipped}`, () => {
  let subject: BenchSubject;
  let copy: SubjectCopy;
  let started: StartedConsole;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    subject = await seedD1({ files: FILES, ids: 'random' });
    copy = await subject.copy();
    const { UNWIND_HOME: home = '', ...env } = copy.env;
    mkdirSync(home, { recursive: true });
    started = await startConsole({ home, env });
    browser = await launchBrowser(chromium);
    page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    await page.goto(started.url);
  }, MAKING_MS);

  afterAll(async () => {
    await browser.close();
    await started.close();
    await copy.remove();
    await subject.remove();
  });

  function grid() {
    return page.getByRole('grid', { name: 'The diff' });
  }

  test('are counted before a plan is made', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Plan', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Everything' }).check();

    await page.getByText('1,000,000 records match').waitFor(POLL);
  });

  test('are planned, with progress meanwhile', { timeout: MAKING_MS }, async () => {
    await page.getByText('Rows only').click();
    await page.getByText('Accept a risk').click();
    await page.getByRole('checkbox', { name: /original cannot be proved/ }).check();
    await page.getByRole('textbox', { name: 'Reason' }).fill('there are no originals here');
    await page.getByRole('button', { name: 'Make the plan' }).click();

    await page.getByRole('progressbar').waitFor(POLL);
    await page.waitForURL(/\/plans\//, { timeout: MAKING_MS });
    await expect.poll(() => grid().getAttribute('aria-rowcount'), POLL).toBe(String(FILES + 1));
  });

  test('are scrolled to the very last one by a key', async () => {
    await grid().focus();
    await page.keyboard.press('End');

    const last = grid().locator(`[role="row"][aria-rowindex="${String(FILES + 1)}"]`);
    await last.getByText('.pdf').first().waitFor(POLL);
    expect(await last.isVisible()).toBe(true);
  });

  test('are searched for one name', async () => {
    await page.getByRole('searchbox', { name: 'Search the diff' }).fill('report-0000777777');

    await expect.poll(() => grid().getAttribute('aria-rowcount'), POLL).toBe('2');
    expect(await grid().getByRole('row').nth(1).textContent()).toContain('report-0000777777.pdf');
  });

  test('are grouped by user', async () => {
    await page.getByRole('searchbox', { name: 'Search the diff' }).fill('');
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('user');

    await page.getByText('The 200 with most files of 977 users.').waitFor(POLL);
  });
});
