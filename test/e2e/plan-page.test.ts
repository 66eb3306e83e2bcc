import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute, planBatch, verdictOf } from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';
import { changeSandboxDatabase } from '../support/hosts/sandbox-database.ts';

const POLL = { timeout: 40_000 };
const BATCH = 'b-2024-11-03-invoices';
const OTHER_BATCH = 'b-2024-11-12-contracts';

const doors = (await testDoors()).map((door) => ({ title: titleOf(door, 'page of a plan'), door }));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('in the sandbox', () => {
    let open: OpenConsole;
    let page: Page;

    beforeAll(async () => {
      open = await door.open();
      page = open.page;
    });

    afterAll(async () => {
      await open.close();
    });

    function checks() {
      return page.getByRole('region', { name: 'Risks and checks' });
    }

    test('is preceded by a count of the scope as it is chosen', async () => {
      await open.visit('/plan');
      const form = page.locator('form');
      await form.getByText('Choose which records').waitFor();

      await page.getByRole('combobox', { name: 'Batch' }).fill(BATCH);
      await form.getByText(/^\d+ records match, [\d.]+ [KM]iB as recorded/).waitFor();

      await page.getByRole('combobox', { name: 'Batch' }).fill('no such batch');
      await form.getByText('No record matches: a plan would be refused.').waitFor();
    });

    test('groups its files by folder, user or batch; a group opens its files', async () => {
      await planBatch(page, BATCH);

      await page.getByRole('combobox', { name: 'Group by' }).selectOption('user');
      const table = page.getByRole('table').filter({ hasText: 'Objects' });
      const first = table.getByRole('row').nth(1);
      const user = (await first.getByRole('button').textContent()) ?? 'no user';
      const files = Number(await first.getByRole('cell').nth(1).textContent());
      await first.getByRole('button').click();

      const grid = page.getByRole('grid', { name: 'The diff' });
      await expect.poll(() => grid.getAttribute('aria-rowcount'), POLL).toBe(String(files + 1));
      await page.getByText(`User: ${user}`).waitFor();
      await page.getByRole('button', { name: 'Show the files of all groups' }).click();
      await expect
        .poll(async () => Number(await grid.getAttribute('aria-rowcount')), POLL)
        .toBeGreaterThan(files + 1);
    });

    test('shows the SQL that changes the rows of a file', async () => {
      await page.getByText(/^Change \d+$/).click();
      await page.getByRole('grid', { name: 'The diff' }).getByRole('row').nth(1).click();
      const drawer = page.getByRole('dialog');

      await drawer.getByText('SQL', { exact: true }).click();

      const sql = drawer.locator('pre');
      await sql.waitFor();
      expect(await sql.textContent()).toMatch(
        /^UPDATE "file_migrations"[^;]*'rolled_back'[^;]*;\s+UPDATE "files"[^;]*;$/,
      );
      await page.keyboard.press('Escape');
      await page.getByText(/^All \d+$/).click();
    });

    test('knows no duration before the first run', async () => {
      expect(await checks().textContent()).toContain('Not known: no earlier run of this kind');
    });

    test('says whether it is fresh, by a look at the target', async () => {
      await checks().getByRole('button', { name: 'Look now' }).click();

      await checks()
        .getByText(/\d+ files are as planned/)
        .waitFor();
    });

    test('says what moved since, and leads to a new plan', async () => {
      changeSandboxDatabase(
        open.home,
        "update file_migrations set status = 'processing' where batch_id = ? and status in ('completed', 'verified')",
        BATCH,
      );

      await checks().getByRole('button', { name: 'Look again' }).click();

      await checks()
        .getByText(/files have moved since the plan was made/)
        .waitFor();
      expect(await checks().textContent()).toMatch(/row: status processing/);
      await checks().getByRole('link', { name: 'Plan again' }).click();
      await page.waitForURL(new RegExp(`/plan\\?.*${BATCH}`));
    });

    test('estimates by earlier runs how long it takes', async () => {
      await planBatch(page, OTHER_BATCH);
      await execute(page);
      await verdictOf(page);

      await planBatch(page, 'b-2024-11-06-photos');

      await checks()
        .getByText(/at the pace of 1 earlier run \(\d+ files\) of this target/)
        .waitFor();
    });
  });
});
