import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';

describe.skipIf(skipped !== '')(`browser › opening${skipped}`, () => {
  let browser: Browser;
  let started: StartedConsole;
  let context: BrowserContext;

  beforeAll(async () => {
    requireBuiltPages();
    if (chromium.kind === 'missing') return;
    [browser, started] = await Promise.all([launchBrowser(chromium), startConsole()]);
  });

  beforeEach(async () => {
    context = await browser.newContext();
  });

  afterEach(async () => {
    await context.close();
  });

  afterAll(async () => {
    await browser.close();
    await started.close();
  });

  test('shows the console to whoever has the token, and takes the token out of the address', async () => {
    const page = await context.newPage();

    await page.goto(started.url);

    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    expect(page.url()).toBe(new URL('/', started.url).href);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  test('refuses a browser that has no token, and says where it is', async () => {
    const page = await context.newPage();

    const answer = await page.goto(new URL('/runs', started.url).href);

    expect(answer?.status()).toBe(403);
    expect(await page.textContent('body')).toContain('?token=');
  });

  test('lets a page of another site open no connection', async () => {
    const page = await context.newPage();
    await page.goto(started.url);
    const foreign = await context.newPage();
    await foreign.goto('data:text/html,<title>elsewhere</title>');
    const socketUrl = new URL('/rpc', started.url).href.replace('http:', 'ws:');

    const outcome = await foreign.evaluate(openSocket, socketUrl);

    expect(outcome).toBe('refused');
    expect(await page.evaluate(openSocket, socketUrl)).toBe('open');
  });

  test('breaks no rule of its own policy on any page, in either colour scheme', async () => {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(started.url);

    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of ['/', '/status', '/plan', '/runs', '/quarantine', '/settings']) {
        await page.goto(new URL(path, started.url).href);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
      }
    }

    expect(complaints).toEqual([]);
  });
});

/** Runs in a page. */
function openSocket(url: string): Promise<'open' | 'refused'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => {
      socket.close();
      resolve('open');
    });
    socket.addEventListener('error', () => {
      resolve('refused');
    });
  });
}
