import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planBatch } from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';

const BATCH = 'b-2024-11-03-invoices';

const doors = (await testDoors()).map((door) => ({ title: titleOf(door, 'target'), door }));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('that goes away', () => {
    let open: OpenConsole;
    let page: Page;

    beforeAll(async () => {
      open = await door.open();
      page = open.page;
    });

    afterAll(async () => {
      await open.close();
    });

    async function press(button: string): Promise<void> {
      await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click();
      await page.getByRole('button', { name: button, exact: true }).first().click();
    }

    test('is told on the page that asked for it, with what it means', async () => {
      await planBatch(page, BATCH);
      const plan = page.url();
      await press('Stop the sandbox');
      await page.getByText('Stopped', { exact: true }).waitFor();

      await page.goto(plan);
      const checks = page.getByRole('region', { name: 'Risks and checks' });
      await checks.getByRole('button', { name: 'Look now' }).click();
      await checks.getByText('The target could not be looked at:').waitFor();

      await open.visit('/status');
      const alert = page.getByRole('main').getByRole('alert').first();
      await alert.waitFor();
      const code = (await alert.locator('code').first().textContent()) ?? '';
      await alert.getByRole('link', { name: 'What this means' }).click();
      await page.getByRole('heading', { name: code, level: 1 }).waitFor();
      expect(await page.getByRole('region', { name: 'Next step' }).textContent()).not.toBe('');
    });

    test('works again once it is back', async () => {
      await press('Start the sandbox');
      await page.getByText('Running', { exact: true }).waitFor();

      await open.visit('/status');

      await page.getByRole('row', { name: new RegExp(BATCH) }).waitFor();
    });
  });
});
