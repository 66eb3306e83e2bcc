import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  execute,
  openConfirmation,
  planBatch,
  planEverything,
  pressExecute,
  typePhrase,
  verdictOf,
} from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';
import { freezeSandbox } from '../support/hosts/freeze-sandbox.ts';
import { changeSandboxDatabase } from '../support/hosts/sandbox-database.ts';

const doors = (await testDoors()).map((door) => ({ title: titleOf(door, 'interruption'), door }));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('of a rollback', () => {
    let open: OpenConsole;
    let page: Page;
    let thaw = (): void => undefined;

    beforeAll(async () => {
      open = await door.open();
      page = open.page;
    });

    afterEach(() => {
      thaw();
    });

    afterAll(async () => {
      await open.close();
    });

    test('by a row that moved since the plan changes nothing, says so and offers to plan again', async () => {
      const batch = 'b-2024-11-06-photos';
      await planBatch(page, batch);
      changeSandboxDatabase(
        open.home,
        "update file_migrations set status = 'processing' where id = (select min(id) from file_migrations where batch_id = ?)",
        batch,
      );

      await openConfirmation(page);
      await typePhrase(page);
      await pressExecute(page);

      const alert = page.getByRole('dialog').getByRole('alert');
      await alert.waitFor();
      expect(await alert.textContent()).toContain('PLAN_STALE');
      await alert.getByRole('link', { name: 'Plan again' }).click();
      await page.waitForURL(/\/plan\?.*b-2024-11-06-photos/);
    });

    test('by a reload comes back to the same run, which goes on', async () => {
      await planEverything(page);
      await execute(page);
      thaw = await freezeSandbox(open.home);
      const url = page.url();

      await page.reload();

      await page.getByRole('button', { name: 'Stop at a safe boundary' }).waitFor();
      await page.getByRole('progressbar', { name: 'Progress of the run' }).waitFor();
      expect(page.url()).toBe(url);
      await page.getByRole('button', { name: 'Stop at a safe boundary' }).click();
      thaw();
      expect(await verdictOf(page)).toContain('stopped at a safe boundary');
    });

    test('by a stop at a safe boundary is resumed and ends verified', async () => {
      await page.getByRole('button', { name: 'Resume the run' }).click();

      await expect.poll(() => verdictOf(page), { timeout: 60_000 }).toContain('and verified');
    });
  });
});
