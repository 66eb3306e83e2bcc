import { existsSync } from 'node:fs';
import path from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

/** A Chromium that can be started, or why there is none. */
export type FoundChromium =
  | { readonly kind: 'found'; readonly executablePath: string; readonly source: string }
  | { readonly kind: 'missing'; readonly reason: string };

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Names a Chromium by hand, for machines where none of the others is found. */
const VARIABLE = 'UNWIND_TEST_CHROMIUM';

/** Looks in this order: the environment, the system, the npm package (Linux x64), Playwright's own. */
export async function findChromium(): Promise<FoundChromium> {
  const named = process.env[VARIABLE];
  if (named !== undefined) {
    return existsSync(named)
      ? { kind: 'found', executablePath: named, source: VARIABLE }
      : { kind: 'missing', reason: `${VARIABLE} names ${named}, which does not exist` };
  }
  const system = systemChromium();
  if (system !== undefined) return { kind: 'found', executablePath: system, source: 'system' };
  if (process.platform === 'linux' && process.arch === 'x64') {
    const executablePath = await sparticuz.executablePath();
    return { kind: 'found', executablePath, source: '@sparticuz/chromium' };
  }
  const own = chromium.executablePath();
  if (existsSync(own)) return { kind: 'found', executablePath: own, source: 'Playwright' };
  return {
    kind: 'missing',
    reason: `no Chromium: none on PATH, none of Playwright's; name one in ${VARIABLE}`,
  };
}

function systemChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const onPath = SYSTEM_NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const installed = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    path.join(process.env['PROGRAMFILES'] ?? '', 'Google/Chrome/Application/chrome.exe'),
  ];
  return [...onPath, ...installed].find((candidate) => existsSync(candidate));
}
