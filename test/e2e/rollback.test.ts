import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  execute,
  openConfirmation,
  planBatch,
  typePhrase,
  verdictOf,
} from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';

const POLL = { timeout: 40_000 };
const BATCH = 'b-2024-11-03-invoices';

describe.each(await titledDoors('rollback'))('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('of a batch', () => {
    let open: OpenConsole;
    let page: Page;

    beforeAll(async () => {
      open = await door.open();
      page = open.page;
    });

    afterAll(async () => {
      await open.close();
    });

    test('begins with the counters of each batch, counted again', async () => {
      await page.getByRole('navigation').getByRole('link', { name: 'Status' }).click();

      const row = page.getByRole('row', { name: new RegExp(BATCH) });

      await row.waitFor();
      expect(await row.textContent()).toContain('agree');
    });

    test('shows in a plan what will happen and what will not, one line a file', async () => {
      await planBatch(page, BATCH);

      const grid = page.getByRole('grid', { name: 'The diff' });
      await grid.getByRole('gridcell', { name: '.pdf' }).first().waitFor();
      const figures = page.getByRole('region', { name: 'What will happen' });
      expect(await figures.textContent()).toMatch(/Rows reset\d+.*Objects quarantined\d+/);
      expect(Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThan(30);
    });

    test('finds a file in the diff by a part of its name', async () => {
      const grid = page.getByRole('grid', { name: 'The diff' });
      const cell = await grid.getByRole('gridcell', { name: '.pdf' }).first().textContent();
      const filename = /[^/]+?\.pdf/.exec(cell ?? '')?.[0] ?? 'no file name in the diff';

      await page.getByRole('searchbox', { name: 'Search the diff' }).fill(filename);

      await expect.poll(() => grid.getAttribute('aria-rowcount'), POLL).toBe('2');
      expect(await grid.getByRole('row').nth(1).textContent()).toContain(filename);
      await page.getByRole('searchbox', { name: 'Search the diff' }).fill('');
    });

    test('saves what the filter lets through as CSV', async () => {
      await page.getByText(/^Held \d+$/).click();
      const saved = page.waitForEvent('download');

      await page.getByRole('button', { name: 'Save as CSV' }).click();

      const text = await readFile(await (await saved).path(), 'utf8');
      const [head, ...lines] = text.trimEnd().split('\r\n');
      expect(head).toMatch(/^seq,verdict,heldReason/);
      const held = await page.getByText(/^Held \d+$/).textContent();
      expect(`Held ${String(lines.length)}`).toBe(held);
      await page.getByText(/^All \d+$/).click();
    });

    test('asks for the phrase with Cancel in focus, and takes nothing but the phrase', async () => {
      await openConfirmation(page);
      const dialog = page.getByRole('dialog');
      const button = dialog.getByRole('button', { name: /^Roll back/ });

      const cancel = dialog.getByRole('button', { name: 'Cancel' });
      await expect.poll(() => cancel.evaluate(isFocused), POLL).toBe(true);
      expect(await button.isDisabled()).toBe(true);
      await dialog.getByRole('textbox', { name: 'Confirmation phrase' }).fill('yes');
      expect(await button.isDisabled()).toBe(true);
      await typePhrase(page);
      expect(await button.isEnabled()).toBe(true);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    });

    test('runs once confirmed, and ends verified', async () => {
      await execute(page);

      expect(await verdictOf(page)).toMatch(/\d+ files rolled back and verified/);
      const checks = page.getByRole('region', { name: 'Verification' });
      expect(await checks.textContent()).toContain('passed');
      expect(await checks.textContent()).not.toContain('failed');
    });

    test('leaves the batch rolled back on the status board', async () => {
      const runUrl = page.url();

      await open.visit('/status');

      const row = page.getByRole('row', { name: new RegExp(BATCH) });
      await row.filter({ hasText: 'rolled_back' }).waitFor();
      await page.goto(runUrl);
    });

    test('writes a report', async () => {
      await page.getByRole('link', { name: 'Report' }).click();

      const report = page.getByRole('article');
      await report.waitFor();
      expect(await report.textContent()).toContain(BATCH);
      await page.goBack();
    });

    test('is taken back by a plan and a confirmation of its own', async () => {
      await page.getByRole('button', { name: 'Undo…' }).click();
      await page.waitForURL(/\/plans\//);

      await execute(page);

      expect(await verdictOf(page)).toMatch(/\d+ files taken back and verified/);
      await open.visit('/status');
      const row = page.getByRole('row', { name: new RegExp(BATCH) });
      await row.filter({ hasText: 'completed' }).waitFor();
    });
  });
});

async function titledDoors(noun: string) {
  const doors = await testDoors();
  return doors.map((door) => ({ title: titleOf(door, noun), door }));
}

/** Runs in the page. */
function isFocused(element: Element): boolean {
  return document.activeElement === element;
}
