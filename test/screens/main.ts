// `npm run screenshots`: a picture of every view, light and dark, in docs/screens.
import { mkdir, rm } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { furnishedConsole, openView } from '../support/browser/furnished-console.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';

const FOLDER = new URL('../../docs/screens/', import.meta.url);
const SIZE = { width: 1360, height: 880 };
/** Of each of these one picture is as good as two. */
const LEFT_OUT: ReadonlySet<string> = new Set(['no-such-page']);

/** What tells of the machine that the pictures are taken on, and what stands in its place. */
const names: readonly (readonly [string, string])[] = [
  [`${userInfo().username}@${hostname()}`, 'dba@ops-laptop'],
  [tmpdir(), '/home/dba'],
];

const chromium = await findChromium();
if (chromium.kind === 'missing') throw new Error(chromium.reason);
requireBuiltPages();
const [browser, furnished] = await Promise.all([launchBrowser(chromium), furnishedConsole()]);
try {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme, reducedMotion: 'reduce' });
    await page.goto(furnished.started.url);
    for (const view of furnished.views) {
      if (LEFT_OUT.has(view.name)) continue;
      await openView(page, furnished.started.url, view);
      await page.evaluate(nameNoMachine, names);
      const file = new URL(`${view.name}-${colorScheme}.png`, FOLDER);
      await page.screenshot({ path: fileURLToPath(file) });
      process.stdout.write(`docs/screens/${view.name}-${colorScheme}.png\n`);
    }
    await page.close();
  }
} finally {
  await browser.close();
  await furnished.started.close();
}

/** Runs in the page. */
function nameNoMachine(replaced: readonly (readonly [string, string])[]): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    for (const [name, other] of replaced) {
      if (node.nodeValue?.includes(name) === true) {
        node.nodeValue = node.nodeValue.replaceAll(name, other);
      }
    }
  }
}
