import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute, verdictOf } from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';

const doors = (await testDoors()).map((door) => ({
  door,
  title: titleOf(door, 'reconcile and debts'),
}));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('a rollback of one half', () => {
    let console: OpenConsole;

    beforeAll(async () => {
      console = await door.open();
    });
    afterAll(() => console.close());

    test('is reminded of, shown as orphans, closed, and leaves no orphan', async () => {
      const { page } = console;
      await console.visit('/plan?batch=b-2024-11-06-photos&mode=database-only');
      await page.getByRole('button', { name: 'Make the plan' }).click();
      await page.waitForURL(/\/plans\//);
      await execute(page);
      await verdictOf(page);

      await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click();
      const reminder = page.getByRole('region', { name: 'Debts' });
      expect(await reminder.textContent()).toContain('44 files that no row points at');
      const orphans = await orphansFound(console);
      await page.getByRole('navigation').getByRole('link', { name: 'Debts' }).click();
      await page.getByRole('button', { name: /^Close what/ }).click();
      await page.waitForURL(/\/plans\//);
      await execute(page);
      const verdict = await verdictOf(page);

      expect(verdict).toContain('rolled back');
      await page.getByRole('navigation').getByRole('link', { name: 'Debts' }).click();
      await page.getByRole('cell', { name: 'Closed' }).waitFor();
      expect(orphans - (await orphansFound(console))).toBe(44);
    });

    test('can be saved from the report as CSV, as far as the filter goes', async () => {
      const { page } = console;
      await page.getByRole('searchbox', { name: 'Search the findings' }).fill('no such key');
      await page.getByText('No finding matches').waitFor();
      await page.getByRole('searchbox', { name: 'Search the findings' }).fill('');
      await page.getByRole('grid', { name: 'Findings' }).waitFor();
      const saved = page.waitForEvent('download');

      await page.getByRole('button', { name: 'Save as CSV' }).click();

      const text = await readFile(await (await saved).path(), 'utf8');
      const lines = text.split('\r\n').filter((line) => line !== '');
      expect(lines[0]).toMatch(/^kind,key,table,rowId/);
      expect(lines.length).toBeGreaterThan(1);
    });
  });
});

/** Reconciles the sandbox and reads the number of orphans from the report's page. */
async function orphansFound({ page }: OpenConsole): Promise<number> {
  await page.getByRole('navigation').getByRole('link', { name: 'Reconcile' }).click();
  await page.getByRole('button', { name: 'Reconcile sandbox' }).click();
  await page.waitForURL(/\/reconcile\/./);
  const label = await page.getByText(/^Object without row \d+$/).textContent();
  return Number(/\d+$/.exec(label ?? '')?.[0]);
}
