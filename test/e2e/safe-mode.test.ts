import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanSummary } from '../../src/shared/domain/plan.ts';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { resumeInChild, startInChild } from '../support/migration/in-child.ts';
import { openApp } from '../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

const LEAVE_PHRASE = 'leave safe mode of default';
/** Pictures are kept here, to be looked at. */
const PICTURES = new URL('../../test-results/console/', import.meta.url);

describe.skipIf(chromium.kind === 'missing')(`browser › safe mode${skipped}`, () => {
  let r2: TestR2;
  let migration: TestMigration;
  let dead: PlanSummary;
  let other: PlanSummary;
  let browser: Browser;
  let started: StartedConsole;
  let page: Page;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    await mkdir(PICTURES, { recursive: true });
    [browser, r2] = await Promise.all([launchBrowser(chromium), startR2('customer-files')]);
    const files = ['a', 'b', 'c', 'd'].map((id) => ({ id: `invoice-${id}` }));
    migration = await aMigration(r2, [...files, { id: 'letter', batchId: 'b-2' }]);
    const app = await openApp(migration.env);
    dead = await app.plan({ batchId: 'b-1' });
    other = await app.plan({ batchId: 'b-2' });
    await app.close();
    await startInChild(migration.env, dead, 'rows.after-effect');
    started = await startConsole({ home: migration.home, env: migration.env });
    page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    page.setDefaultTimeout(30_000);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(started.url);
  });

  afterAll(async () => {
    await browser.close();
    await started.close();
    await r2.stop();
    migration.remove();
  });

  /** What axe finds on the page as it is; keeps a picture of it. */
  async function faultsOf(name: string): Promise<readonly string[]> {
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: fileURLToPath(new URL(`safe-mode-${name}.png`, PICTURES)) });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    return violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`);
  }

  async function visit(path: string): Promise<void> {
    await page.goto(new URL(path, started.url).href);
  }

  function banner() {
    return page.getByRole('region', { name: 'Safe mode', exact: true });
  }

  test('explains at home what an interrupted run left behind, before anybody presses Resume', async () => {
    const left = page.getByRole('region', { name: `What run ${dead.runId} left behind` });

    await left.getByText('4 planned files').waitFor();

    expect(await left.textContent()).toMatch(
      /0 done, 0 not done, 4 unknown.*Read again just now: 4 done, 0 not done, 0 unknown/,
    );
    await left.getByText(/4 already hold the new values: the change was made/).waitFor();
    expect(await banner().count()).toBe(0);
    expect(await faultsOf('explained')).toEqual([]);
  });

  test('is entered by a resume that finds its rows changed, and is on every page with why and the exits', async () => {
    await resumeInChild(migration.env, dead.runId, 'batches.after-effect');
    migration.sql(
      "UPDATE files SET r2_key = ? WHERE id = 'invoice-a'",
      migration.keyOf('invoice-a'),
    );
    await visit(`/runs/${dead.runId}`);
    await page.getByRole('region', { name: 'What a resume would find' }).waitFor();

    await page.getByRole('button', { name: 'Resume the run' }).click();

    await banner().getByText('is read-only for Unwind since').waitFor();
    await page.getByText('Safe mode entered').waitFor();
    expect(await banner().textContent()).toContain('1 row does not hold what run');
    expect(await faultsOf('run')).toEqual([]);
    await page.getByRole('navigation').getByRole('link', { name: 'Status' }).click();
    for (const name of ['Go on with the run', 'Take the run back', 'Plan again what is left']) {
      await banner().getByRole('link', { name }).waitFor();
    }
    expect(await faultsOf('status')).toEqual([]);
  });

  test('keeps any other plan from being executed, and says why in place of the button', async () => {
    await visit(`/plans/${other.runId}`);
    const footer = page.getByLabel('Plan actions');

    await footer.getByText(/Safe mode: default is in safe mode since/).waitFor();

    expect(await footer.getByRole('button', { name: /^Roll back/ }).isDisabled()).toBe(true);
    expect(await faultsOf('plan')).toEqual([]);
  });

  test('is left with a reason and a phrase, with Cancel in focus', async () => {
    await banner().getByRole('button', { name: 'Leave with a reason…' }).click();
    const dialog = page.getByRole('dialog');
    const leave = dialog.getByRole('button', { name: 'Leave safe mode' });
    const cancel = dialog.getByRole('button', { name: 'Cancel' });
    await expect
      .poll(() => cancel.evaluate((one) => one === document.activeElement), { timeout: 20_000 })
      .toBe(true);
    await dialog.getByRole('textbox', { name: 'Confirmation phrase' }).fill(LEAVE_PHRASE);
    expect(await leave.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Looked at the row, it is right.');
    expect(await faultsOf('leaving')).toEqual([]);

    await leave.click();

    await banner().waitFor({ state: 'detached' });
    const footer = page.getByLabel('Plan actions');
    await footer.getByRole('button', { name: /^Roll back/, disabled: false }).waitFor();
  });
});
