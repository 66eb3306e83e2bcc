import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planBatch } from '../support/browser/console-steps.ts';
import { type OpenConsole, testDoors, titleOf } from '../support/browser/doors.ts';

const doors = (await testDoors()).map((door) => ({
  title: titleOf(door, 'command palette'),
  door,
}));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('by keyboard', () => {
    let open: OpenConsole;

    beforeAll(async () => {
      open = await door.open();
      await open.page.getByRole('heading', { level: 1 }).waitFor();
    });
    afterAll(async () => {
      await open.close();
    });

    async function ask(text: string): Promise<void> {
      await open.page.getByRole('dialog').waitFor({ state: 'detached' });
      await open.page.keyboard.press('Control+k');
      // Typed letters go to whatever has the focus.
      await open.page.locator('input[aria-label="Go to"]:focus').waitFor();
      await open.page.keyboard.type(text);
    }

    test('goes to a place by a part of its name', async () => {
      await ask('snaps');
      await open.page.keyboard.press('Enter');

      await open.page.getByRole('heading', { level: 1, name: 'Snapshots' }).waitFor();
    });

    test('goes to a plan by the end of its id, even from a field', async () => {
      await planBatch(open.page, 'b-2024-11-12-contracts');
      const planPath = new URL(open.page.url()).pathname;
      await open.page.getByRole('navigation').getByRole('link', { name: 'Plan' }).click();
      await open.page.getByRole('textbox').first().focus();

      await ask(planPath.slice(-6));
      await open.page.keyboard.press('Enter');

      await open.page.waitForURL(new RegExp(`${planPath}$`));
    });

    test('says so when nothing has that name, and leaves the page as it was on Escape', async () => {
      const path = open.page.url();
      await ask('no such thing');
      await open.page.getByText('Nothing has this in its name').waitFor();

      await open.page.keyboard.press('Escape');

      await open.page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(open.page.url()).toBe(path);
    });
  });
});
