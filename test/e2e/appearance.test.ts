import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { verdictOf } from '../support/browser/console-steps.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import {
  type FurnishedConsole,
  furnishedConsole,
  openView,
  VIEW_NAMES,
} from '../support/browser/furnished-console.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { openConsoleClient, startRun } from '../support/hosts/console-client.ts';
import { freezeSandbox } from '../support/hosts/freeze-sandbox.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

const POLL = { timeout: 40_000 };

/** How a page is looked at: narrow and light, wide and dark, and magnified to the double. */
const LOOKS = {
  narrow: { width: 1024, height: 768, zoom: 1, colorScheme: 'light' },
  wide: { width: 1920, height: 1080, zoom: 1, colorScheme: 'dark' },
  zoomed: { width: 1360, height: 880, zoom: 2, colorScheme: 'light' },
} as const;
type Look = (typeof LOOKS)[keyof typeof LOOKS];

describe.skipIf(skipped !== '')(`browser › appearance${skipped}`, () => {
  let browser: Browser;
  let furnished: FurnishedConsole;

  beforeAll(async () => {
    requireBuiltPages();
    if (chromium.kind === 'missing') return;
    [browser, furnished] = await Promise.all([launchBrowser(chromium), furnishedConsole()]);
  });

  afterAll(async () => {
    await browser.close();
    await furnished.started.close();
  });

  /** A page of this size. At a zoom of 2 it has half the width in CSS pixels, as in a browser whose view is magnified. */
  async function aPage({ width, height, zoom, colorScheme }: Look): Promise<Page> {
    const page = await browser.newPage({
      viewport: { width: width / zoom, height: height / zoom },
      deviceScaleFactor: zoom,
      colorScheme,
      reducedMotion: 'reduce',
    });
    await page.goto(furnished.started.url);
    return page;
  }

  describe.each(Object.entries(LOOKS))('%s', (_, look) => {
    let page: Page;

    beforeAll(async () => {
      page = await aPage(look);
    });

    test.each(VIEW_NAMES)('has no fault in the view %s, and nothing beside it', async (name) => {
      const view = furnished.views.find((one) => one.name === name);
      if (view === undefined) throw new Error(`no view ${name}`);
      await openView(page, furnished.started.url, view);
      expect(await page.evaluate(schemeOfPage)).toBe(look.colorScheme);

      expect(await faultsOf(page)).toEqual([]);
      expect(await page.evaluate(hiddenWidth)).toBe(0);
    });
  });

  test('has no fault on the page of a run that goes on, light or dark', async () => {
    const { started, planId } = furnished;
    const page = await aPage(LOOKS.narrow);
    const { client, close } = await openConsoleClient(started.url);
    await startRun(client, (await client.run.get({ runId: planId })).plan);
    const thaw = await freezeSandbox(started.home);
    try {
      await page.goto(new URL(`/runs/${planId}`, started.url).href);
      await page.getByRole('progressbar', { name: 'Progress of the run' }).waitFor();

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expect.poll(() => page.evaluate(schemeOfPage), POLL).toBe(colorScheme);
        expect(await faultsOf(page)).toEqual([]);
      }
    } finally {
      thaw();
      close();
    }
    expect(await verdictOf(page)).toContain('rolled back');
  });
});

/** What is wrong with the page as it is, by axe. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
  );
}

/** Runs in the page: how many pixels of it can only be seen by scrolling sideways. */
function hiddenWidth(): number {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth - clientWidth;
}

/** Runs in the page. */
function schemeOfPage(): 'light' | 'dark' {
  const channels = getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? [];
  const brightness = channels.slice(0, 3).reduce((sum, channel) => sum + Number(channel), 0);
  return brightness < 3 * 128 ? 'dark' : 'light';
}
