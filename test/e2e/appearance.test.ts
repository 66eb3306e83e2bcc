import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { openConfirmation, verdictOf } from '../support/browser/console-steps.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import {
  makePlan,
  openConsoleClient,
  reconcileNow,
  runToEnd,
  startRun,
} from '../support/hosts/console-client.ts';
import { freezeSandbox } from '../support/hosts/freeze-sandbox.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

const SCHEMES = ['light', 'dark'] as const;
const POLL = { timeout: 20_000 };

/** Pictures of every page are kept here, to be looked at. */
const PICTURES = new URL('../../test-results/console/', import.meta.url);

describe.skipIf(skipped !== '')(`browser › appearance${skipped}`, () => {
  let browser: Browser;
  let started: StartedConsole;
  let page: Page;
  let planId: string;
  let runId: string;
  let reportId: string;

  beforeAll(async () => {
    requireBuiltPages();
    await mkdir(PICTURES, { recursive: true });
    if (chromium.kind === 'missing') return;
    [browser, started] = await Promise.all([launchBrowser(chromium), startConsole()]);
    page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    await page.goto(started.url);
    const { client, close } = await openConsoleClient(started.url);
    const plan = await makePlan(client, { batchId: 'b-2024-11-12-contracts' });
    await runToEnd(client, plan);
    runId = plan.runId;
    const rows = await makePlan(client, {
      batchId: 'b-2024-11-06-photos',
      mode: 'database-only',
    });
    await runToEnd(client, rows);
    reportId = await reconcileNow(client);
    planId = (await makePlan(client, { full: true })).runId;
    close();
  });

  afterAll(async () => {
    await browser.close();
    await started.close();
  });

  async function visit(path: string): Promise<void> {
    await page.goto(new URL(path, started.url).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await expect.poll(() => page.locator('[aria-busy="true"]').count(), POLL).toBe(0);
  }

  /** What is wrong with the page as it is, in both colour schemes, by axe; keeps pictures of it. */
  async function faultsOf(name: string): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => page.evaluate(schemeOfPage), POLL).toBe(colorScheme);
      await page.screenshot({
        path: fileURLToPath(new URL(`${name}-${colorScheme}.png`, PICTURES)),
      });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      for (const { id, nodes } of violations) {
        faults.push(...nodes.map(({ target }) => `${colorScheme}, ${id}: ${target.join(' ')}`));
      }
    }
    return faults;
  }

  test.each([
    ['home', () => '/'],
    ['status', () => '/status?batch=b-2024-11-12-contracts'],
    ['composer', () => '/plan'],
    ['plan', () => `/plans/${planId}`],
    ['runs', () => '/runs'],
    ['run', () => `/runs/${runId}`],
    ['report', () => `/runs/${runId}/report`],
    ['snapshots', () => '/snapshots'],
    ['quarantine', () => '/quarantine'],
    ['debts', () => '/debts'],
    ['reconcile', () => '/reconcile'],
    ['reconcile-report', () => `/reconcile/${reportId}`],
    ['audit', () => '/audit'],
    ['locks', () => '/locks'],
    ['targets', () => '/targets'],
    ['target-form', () => '/targets/new'],
    ['preflight', () => '/preflight'],
    ['settings', () => '/settings'],
    ['no-such-page', () => '/nowhere'],
  ])('has no fault on the page %s, light or dark', async (name, pathOf) => {
    await visit(pathOf());

    expect(await faultsOf(name)).toEqual([]);
  });

  test('has no fault in the confirmation, light or dark', async () => {
    await visit(`/plans/${planId}`);
    await openConfirmation(page);

    expect(await faultsOf('confirmation')).toEqual([]);
  });

  test('has no fault in the command palette, light or dark', async () => {
    await visit('/');
    await page.getByRole('button', { name: /^Go to/ }).click();
    await page.getByRole('dialog').waitFor();

    expect(await faultsOf('command-palette')).toEqual([]);
  });

  test('has no fault on the page of a run that goes on, light or dark', async () => {
    const { client, close } = await openConsoleClient(started.url);
    await startRun(client, (await client.run.get({ runId: planId })).plan);
    const thaw = await freezeSandbox(started.home);
    try {
      await page.goto(new URL(`/runs/${planId}`, started.url).href);
      await page.getByRole('progressbar', { name: 'Progress of the run' }).waitFor();

      expect(await faultsOf('run-live')).toEqual([]);
    } finally {
      thaw();
      close();
    }
    expect(await verdictOf(page)).toContain('rolled back');
  });
});

/** Runs in the page. */
function schemeOfPage(): 'light' | 'dark' {
  const channels = getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? [];
  const brightness = channels.slice(0, 3).reduce((sum, channel) => sum + Number(channel), 0);
  return brightness < 3 * 128 ? 'dark' : 'light';
}
