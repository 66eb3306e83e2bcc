import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { UnwindClient } from '../../src/main/hosts/engine/client.ts';
import type { PlanSummary } from '../../src/shared/domain/plan.ts';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { startConsole } from '../support/browser/start-console.ts';
import { openConsoleClient, startRun } from '../support/hosts/console-client.ts';
import type { BenchSubject } from './bench-subject.ts';
import { type Measurement, median } from './measurement.ts';

const ROUNDS = 5;
/** An operator looks at a page before going to the next. */
const REST_MS = 2_000;
const SCROLL_FRAMES = 240;
const SCROLL_PIXELS = 400;
const FRAME_MS = 1_000 / 60;
const PLAN_TIMEOUT_MS = 300_000;

type Figure = Pick<Measurement, 'ours' | 'unit' | 'budget' | 'met' | 'note'>;

/**
 * Measures the console in Chromium on a target and a plan of this size: how soon the first page answers, how soon a table shows its first
 * rows and its filter, how even it scrolls, what the page holds in memory and what it loads; then the tables again while the plan is run.
 */
export async function measureConsole(
  subject: BenchSubject,
  database: string,
): Promise<readonly Measurement[]> {
  const chromium = await findChromium();
  if (chromium.kind === 'missing') throw new Error(chromium.reason);
  requireBuiltPages();
  const copy = await subject.copy();
  const { UNWIND_HOME: home = '', ...env } = copy.env;
  mkdirSync(home, { recursive: true });
  const started = await startConsole({ home, env });
  const browser = await launchBrowser(chromium);
  const { client, close } = await openConsoleClient(started.url);
  try {
    const plan = await planRows(client);
    const figures = [
      ...(await openingFigures(browser, started.url)),
      ...(await tableFigures(browser, { url: started.url, plan, when: 'at rest' })),
    ];
    await startRun(client, plan);
    const busy = await tableFigures(browser, {
      url: started.url,
      plan,
      when: 'while a run goes on',
    });
    // The run of a small plan ends before all of it is measured: then the figures say nothing.
    if ((await client.run.get({ runId: plan.runId })).state === 'running') {
      figures.push(...busy);
      await client.run.stop({ runId: plan.runId });
    }
    return figures.map((figure) => ({
      bench: 'console',
      database,
      ...subject.size,
      floor: null,
      ratio: null,
      rounds: ROUNDS,
      ...figure,
    }));
  } finally {
    close();
    await browser.close();
    await started.close();
    await copy.remove();
  }
}

async function planRows(client: UnwindClient): Promise<PlanSummary> {
  const events = await client.plan.create(
    {
      scope: { full: true, mode: 'database-only' },
      acceptances: [{ code: 'unknown-originals', reason: 'the benchmark measures rows only' }],
    },
    { signal: AbortSignal.timeout(PLAN_TIMEOUT_MS) },
  );
  for await (const event of events) if (event.kind === 'created') return event.plan;
  throw new Error('Planning ended without a plan.');
}

/** A fresh window each time, with nothing in its cache. */
async function openingFigures(browser: Browser, url: string): Promise<readonly Figure[]> {
  const times: number[] = [];
  let loadedKiB = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    await page.addInitScript(watchHeading);
    await page.goto(url);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    times.push(await page.evaluate(interactiveMs));
    loadedKiB = (await page.evaluate(loadedBytes)) / 1024;
    await page.close();
  }
  const interactive = median(times);
  return [
    {
      ours: interactive,
      unit: 'ms',
      budget: '< 1 s',
      met: interactive < 1_000,
      note: `window to interactive; the first page loads ${loadedKiB.toFixed(0)} KiB of scripts and styles`,
    },
  ];
}

async function tableFigures(
  browser: Browser,
  at: { readonly url: string; readonly plan: PlanSummary; readonly when: string },
): Promise<readonly Figure[]> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
  try {
    await page.goto(at.url);
    const firstPage: number[] = [];
    const filter: number[] = [];
    const search: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await page.goto(new URL('/runs', at.url).href);
      await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      await page.waitForTimeout(REST_MS);
      firstPage.push(await timeToRows(page, () => goTo(page, `/plans/${at.plan.runId}`)));
      filter.push(
        await timeToRows(page, () => goTo(page, `/plans/${at.plan.runId}?verdict=change`)),
      );
      search.push(
        await timeToRows(page, () =>
          goTo(
            page,
            `/plans/${at.plan.runId}?q=${String(Math.floor(at.plan.counts.records / 2) + round)}`,
          ),
        ),
      );
    }
    const frames = await scrollFrames(page);
    const late = frames.filter((ms) => ms > FRAME_MS * 1.5).length / frames.length;
    const session = await page.context().newCDPSession(page);
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const heapMiB = usedSize / 2 ** 20;
    return [
      of(median(firstPage), { most: 100, note: `first rows of the diff, ${at.when}` }),
      of(median(filter), { most: 150, note: `filter of the diff by verdict, ${at.when}` }),
      of(median(search), { most: 150, note: `search in the diff, ${at.when}` }),
      {
        ours: median(frames),
        unit: 'ms',
        budget: '60 fps',
        met: late < 0.05,
        note: `frame while the diff scrolls ${String(SCROLL_PIXELS)} pixels a frame, ${at.when}; ${(late * 100).toFixed(0)} % of the frames came late, longest ${Math.max(...frames).toFixed(0)} ms`,
      },
      {
        ours: heapMiB,
        unit: 'MiB',
        budget: 'flat',
        met: heapMiB < 100,
        note: `heap of the page after that, ${at.when}`,
      },
    ];
  } finally {
    await page.close();
  }
}

function of(ours: number, figure: { readonly most: number; readonly note: string }): Figure {
  return {
    ours,
    unit: 'ms',
    budget: `< ${String(figure.most)} ms`,
    met: ours < figure.most,
    note: figure.note,
  };
}

/** Goes to an address of the console as a link in it does. */
function goTo(page: Page, path: string): Promise<void> {
  return page.evaluate((to) => {
    window.history.pushState(null, '', to);
  }, path);
}

/** From the moment of going to the paint of rows that were not there before. */
async function timeToRows(page: Page, go: () => Promise<void>): Promise<number> {
  await page.evaluate(watchRows);
  await go();
  return page.evaluate(rowsShownAfterMs);
}

/** Runs in the page. */
function watchRows(): void {
  document.querySelector('[role="grid"]')?.setAttribute('data-seen', 'yes');
  const place = window as unknown as { shown: Promise<number> };
  place.shown = new Promise((resolve) => {
    const startedMs = performance.now();
    const look = () => {
      // A row that waits for its page has one cell.
      const row = document.querySelector(
        '[role="grid"]:not([data-seen])[aria-busy="false"] [role="row"] [role="gridcell"] + [role="gridcell"]',
      );
      if (row === null) {
        requestAnimationFrame(look);
        return;
      }
      resolve(performance.now() - startedMs);
    };
    requestAnimationFrame(look);
  });
}

/** Runs in the page. */
function rowsShownAfterMs(): Promise<number> {
  return (window as unknown as { shown: Promise<number> }).shown;
}

/** Runs in the page before it loads: notes the first frame after which the heading is there and the thread is free. */
function watchHeading(): void {
  const look = () => {
    if (document.querySelector('h1') === null) {
      requestAnimationFrame(look);
      return;
    }
    setTimeout(() => {
      performance.mark('interactive');
    });
  };
  requestAnimationFrame(look);
}

/** Runs in the page: milliseconds since the navigation began. */
function interactiveMs(): number {
  return performance.getEntriesByName('interactive')[0]?.startTime ?? Number.NaN;
}

/** Runs in the page: what its scripts and styles weigh as they are sent. */
function loadedBytes(): number {
  return performance
    .getEntriesByType('resource')
    .filter((entry) => /\.(?:js|css)$/.test(new URL(entry.name).pathname))
    .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0);
}

/** Milliseconds of each frame while the table of the page is scrolled. */
async function scrollFrames(page: Page): Promise<readonly number[]> {
  const grid = page.getByRole('grid', { name: 'The diff' });
  await grid.scrollIntoViewIfNeeded();
  return grid.evaluate(
    (element, { frames, pixels }) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let lastMs = performance.now();
        const step = () => {
          const nowMs = performance.now();
          times.push(nowMs - lastMs);
          lastMs = nowMs;
          element.scrollTop += pixels;
          if (times.length > frames) resolve(times.slice(1));
          else requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    { frames: SCROLL_FRAMES, pixels: SCROLL_PIXELS },
  );
}
