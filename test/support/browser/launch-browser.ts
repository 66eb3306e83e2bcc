import { type Browser, chromium } from 'playwright-core';
import type { FoundChromium } from './find-chromium.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless browser. It ends with `close`, and with this process at the latest. */
export function launchBrowser(found: FoundChromium & { readonly kind: 'found' }): Promise<Browser> {
  return chromium.launch({ executablePath: found.executablePath, args: FLAGS, headless: true });
}
