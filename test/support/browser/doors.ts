import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { _electron, type Browser, type Page } from 'playwright-core';
import { requireBuiltPages } from './built-console.ts';
import { findChromium } from './find-chromium.ts';
import { findElectron } from './find-electron.ts';
import { launchBrowser } from './launch-browser.ts';
import { aWorkspaceFolder, type StartedConsole, startConsole } from './start-console.ts';

/** The console on a sandbox of its own, with its first page open. */
export interface OpenConsole {
  readonly page: Page;
  /** Folder of its workspace. */
  readonly home: string;
  /** Opens a view by its path, as typing its address would. */
  visit(path: string): Promise<void>;
  close(): Promise<void>;
}

/** A way to the console that end-to-end specs can take. */
export interface TestDoor {
  readonly name: 'browser' | 'desktop';
  /** Why the specs of this door are skipped here; part of their titles, so that the summary says it. */
  readonly skipped: string | undefined;
  open(): Promise<OpenConsole>;
}

/** Below a test's own limit, so that a step that does not come says which one it was. */
const STEP_TIMEOUT_MS = 40_000;

/** Both doors, whether they can be opened here or not. */
export async function testDoors(): Promise<readonly TestDoor[]> {
  return [await browserDoor(), desktopDoor()];
}

/** The title of a suite, with the reason when it is skipped. */
export function titleOf(door: TestDoor, noun: string): string {
  const title = `${door.name} › ${noun}`;
  return door.skipped === undefined ? title : `${title} (skipped: ${door.skipped})`;
}

/** The console in a Chromium. */
async function browserDoor(): Promise<TestDoor> {
  const chromium = await findChromium();
  return {
    name: 'browser',
    skipped: chromium.kind === 'missing' ? chromium.reason : undefined,
    async open() {
      if (chromium.kind === 'missing') throw new Error(chromium.reason);
      requireBuiltPages();
      const [browser, started] = await Promise.all([launchBrowser(chromium), startConsole()]);
      return openInBrowser(browser, started);
    },
  };
}

async function openInBrowser(browser: Browser, started: StartedConsole): Promise<OpenConsole> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 880 } });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  await page.goto(started.url);
  return {
    page,
    home: started.home,
    visit: async (path) => {
      await page.goto(new URL(path, started.url).href);
    },
    async close() {
      await browser.close();
      await started.close();
    },
  };
}

/** The console in Electron's own window. */
function desktopDoor(): TestDoor {
  const electron = findElectron();
  return {
    name: 'desktop',
    skipped: electron.kind === 'missing' ? electron.reason : undefined,
    async open() {
      if (electron.kind === 'missing') throw new Error(electron.reason);
      requireBuiltPages();
      const home = await aWorkspaceFolder();
      const app = await _electron.launch({
        executablePath: electron.executablePath,
        args: [
          fileURLToPath(new URL('../../../', import.meta.url)),
          '--no-sandbox',
          `--home=${home}`,
        ],
      });
      const page = await app.firstWindow();
      page.setDefaultTimeout(STEP_TIMEOUT_MS);
      return {
        page,
        home,
        visit: async (path) => {
          await page.goto(`app://unwind${path}`);
        },
        async close() {
          await app.close();
          await rm(home, { recursive: true, force: true });
        },
      };
    },
  };
}
