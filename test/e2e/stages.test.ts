import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openConfirmation,
  planBatch,
  pressExecute,
  typePhrase,
  verdictOf,
} from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';

const BATCH = 'b-2024-11-03-invoices';

const doors = (await testDoors()).map((door) => ({ title: titleOf(door, 'stages'), door }));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('of a rollback', () => {
    let open: OpenConsole;
    let page: Page;

    beforeAll(async () => {
      open = await door.open();
      page = open.page;
    });
    afterAll(async () => {
      await open.close();
    });

    test('are chosen on the plan, which shows the files that go first', async () => {
      await planBatch(page, BATCH);

      await page.getByRole('textbox', { name: 'Files to roll back first' }).fill('3');

      const first = page.getByRole('table', { name: 'The files that go first' });
      await first.waitFor();
      expect(await first.getByRole('row').count()).toBe(4);
      expect(page.url()).toContain('first=3');
    });

    test('are what the confirmation names, and the run waits after the first', async () => {
      await openConfirmation(page);
      await typePhrase(page);
      await page.getByRole('dialog').getByText('Then the run waits at checkpoint').waitFor();
      await pressExecute(page);
      await page.waitForURL(/\/runs\//);

      expect(await verdictOf(page)).toContain('Waiting at checkpoint “after-canary”: 3 of');
      const stages = page.getByRole('region', { name: 'Stages' });
      expect(await stages.textContent()).toMatch(/Done.*Waiting/);
    });

    test('go on with the rest on demand', async () => {
      await page.getByRole('button', { name: /^Go on with the remaining/ }).click();

      const outcome = page.getByRole('region', { name: 'Outcome' });
      await outcome.filter({ hasNotText: 'Waiting at checkpoint' }).waitFor({ timeout: 60_000 });
      expect(await outcome.textContent()).toMatch(/^40 files rolled back and verified/);
    });

    test('can be taken back to the checkpoint by a plan of its own', async () => {
      await page.getByRole('button', { name: 'Go back to after-canary' }).click();
      await page.waitForURL(/\/plans\//);

      const heading = page.getByRole('heading', { level: 1 });
      await heading.filter({ hasText: 'back to checkpoint "after-canary"' }).waitFor();
    });
  });
});
