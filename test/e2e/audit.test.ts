import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute, planBatch, verdictOf } from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';

const doors = (await testDoors()).map((door) => ({ title: titleOf(door, 'audit'), door }));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('of a workspace', () => {
    let open: OpenConsole;

    beforeAll(async () => {
      open = await door.open();
    });
    afterAll(async () => {
      await open.close();
    });

    async function openAudit(): Promise<void> {
      await open.page.getByRole('navigation').getByRole('link', { name: 'Audit' }).click();
      await open.page.getByRole('figure', { name: 'Did runs succeed?' }).waitFor();
    }

    test('says what would appear while there was no run', async () => {
      await openAudit();

      const figure = open.page.getByRole('figure', { name: 'Did runs succeed?' });
      expect(await figure.textContent()).toContain('No run began on these days.');
      expect(await figure.textContent()).toContain('would stand here');
    });

    test('draws the runs of each day, with the same numbers as a table', async () => {
      await planBatch(open.page, 'b-2024-11-12-contracts');
      await execute(open.page);
      expect(await verdictOf(open.page)).toContain('rolled back');
      await openAudit();

      const figure = open.page.getByRole('figure', { name: 'Did runs succeed?' });
      await figure.getByRole('img', { name: '1 run, all of them succeeded.' }).waitFor();
      await figure.getByRole('button', { name: 'As a table' }).click();
      const today = new Date().toISOString().slice(0, 10);
      const cells = figure.getByRole('row', { name: today }).getByRole('cell');
      expect(await cells.allTextContents()).toEqual([today, '1', '0', '0', '0', '0']);
    });

    test('has the number of days in its address', async () => {
      await open.page.getByText('90 days').click();
      await open.page.getByRole('button', { name: 'As a chart' }).click();

      await open.page.waitForURL(/\/audit\?days=90/);
      await open.page.getByRole('img', { name: /^Runs per day by outcome/ }).waitFor();
    });
  });
});
