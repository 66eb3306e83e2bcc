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

const doors = (await testDoors())
  .filter(({ name }) => name === 'browser')
  .map((door) => ({ title: titleOf(door, 'two windows'), door }));

describe.each(doors)('$title', ({ door }) => {
  describe.skipIf(door.skipped !== undefined)('on one run', () => {
    let open: OpenConsole;
    let first: Page;
    let second: Page;
    let thaw = (): void => undefined;

    beforeAll(async () => {
      open = await door.open();
      first = open.page;
      second = await first.context().newPage();
    });

    afterEach(() => {
      thaw();
    });

    afterAll(async () => {
      await open.close();
    });

    test('start a plan once: the window that comes second is told what became of it', async () => {
      await planBatch(first, 'b-2024-11-03-invoices');
      await second.goto(first.url());
      await openConfirmation(second);
      await typePhrase(second);
      await execute(first);
      await verdictOf(first);

      await pressExecute(second);

      const alert = second.getByRole('dialog').getByRole('alert');
      await alert.waitFor();
      expect(await alert.textContent()).toContain('PLAN_ALREADY_EXECUTED');
      await alert.getByRole('link', { name: 'What this means' }).click();
      await second.getByRole('heading', { name: 'PLAN_ALREADY_EXECUTED' }).waitFor();
      expect(await second.getByRole('region', { name: 'Next step' }).textContent()).toContain(
        'Make a new plan',
      );
    });

    test('show the same progress, and what one stops is stopped in both', async () => {
      await planEverything(first);
      await second.goto(first.url());
      await second.getByRole('region', { name: 'What will happen' }).waitFor();
      await execute(first);
      thaw = await freezeSandbox(open.home);
      await second.goto(first.url());

      await second.getByRole('progressbar', { name: 'Progress of the run' }).waitFor();
      await second.getByRole('button', { name: 'Stop at a safe boundary' }).click();
      thaw();

      expect(await verdictOf(second)).toContain('stopped at a safe boundary');
      expect(await verdictOf(first)).toContain('stopped at a safe boundary');
    });
  });
});
