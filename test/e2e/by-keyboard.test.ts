import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verdictOf } from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';

const BATCH = 'b-2024-11-03-invoices';
/** More than any page has places for the focus: then the wanted one cannot be reached. */
const MOST_TABS = 120;

const POLL = { timeout: 20_000 };
/** How long somebody looks at what has the focus before pressing a key. */
const GLANCE_MS = 300;

const doors = (await testDoors()).map((door) => ({ title: titleOf(door, 'keyboard alone'), door }));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('without a mouse', () => {
    let open: OpenConsole;
    let page: Page;

    beforeAll(async () => {
      open = await door.open();
      page = open.page;
      await page.getByRole('heading', { level: 1 }).waitFor();
    });

    afterAll(async () => {
      await open.close();
    });

    /** Presses Tab until what has the focus is called so; it must be seen to have it. */
    async function tabTo(name: RegExp): Promise<void> {
      const passed: string[] = [];
      for (let count = 0; count < MOST_TABS; count += 1) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(focusedElement);
        passed.push(focused.name);
        if (!name.test(focused.name)) continue;
        expect(focused.isSeen, `the focus on ${focused.name} is seen`).toBe(true);
        // A page that has just come may still draw itself anew, and take the focus with it: nobody presses a key that fast.
        await page.waitForTimeout(GLANCE_MS);
        if (name.test((await page.evaluate(focusedElement)).name)) return;
      }
      throw new Error(`Tab does not lead to ${String(name)}; it leads to ${passed.join(' | ')}`);
    }

    async function consent(): Promise<void> {
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      // It gives the focus to Cancel once it is drawn, and would take it from whatever had it before.
      const focusedName = async () => (await page.evaluate(focusedElement)).name;
      await expect.poll(focusedName, POLL).toBe('Cancel');
      const phrase = (await dialog.locator('#phrase-to-type code').textContent()) ?? '';
      await tabTo(/^Confirmation phrase/);
      await page.keyboard.type(phrase);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/runs\//);
    }

    test('a batch is planned', async () => {
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type('Plan');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/plan$/);

      await tabTo(/^Batch/);
      await page.keyboard.type(BATCH);
      await page.keyboard.press('Escape');
      await tabTo(/^Make the plan/);
      await page.keyboard.press('Enter');

      await page.waitForURL(/\/plans\//);
      await page.getByRole('region', { name: 'What will happen' }).waitFor();
    });

    test('a file of the diff is looked at, and the focus comes back to its table', async () => {
      await page.getByRole('grid', { name: 'The diff' }).getByRole('row').nth(2).waitFor();
      await tabTo(/^The diff/);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('Verdict').waitFor();

      await page.keyboard.press('Escape');

      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect
        .poll(async () => (await page.evaluate(focusedElement)).name)
        .toMatch(/^The diff/);
    });

    test('the plan is confirmed and run', async () => {
      await tabTo(/^Roll back \d+ files/);
      await page.keyboard.press('Enter');
      await consent();

      expect(await verdictOf(page)).toMatch(/\d+ files rolled back and verified/);
    });

    test('the run is taken back', async () => {
      await tabTo(/^Undo/);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/plans\//);
      await page.getByRole('region', { name: 'What will happen' }).waitFor();
      await tabTo(/^Undo the rollback of/);
      await page.keyboard.press('Enter');
      await consent();

      expect(await verdictOf(page)).toMatch(/\d+ files taken back and verified/);
    });
  });
});

/** Runs in the page: what has the focus, by its accessible name, and whether an outline or the like shows it. */
function focusedElement(): { name: string; isSeen: boolean } {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement)) return { name: '', isSeen: false };
  const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
  const name = element.getAttribute('aria-label') ?? labels[0]?.textContent ?? element.textContent;
  const style = getComputedStyle(element);
  const hasOutline = style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
  return { name: name.trim(), isSeen: hasOutline || element.matches('input, textarea') };
}
