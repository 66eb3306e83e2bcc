// `npm start`: opens the console on the sandbox, in a desktop window where Electron runs, else in the browser.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main } from './bootstrap.mjs';
import { chooseDoor } from './choose-door.mjs';
import { root, run, runNode, say } from './run-command.mjs';

const FETCH_TIMEOUT_MS = 90_000;
/** A window that is gone sooner never opened. */
const FAILED_START_MS = 5_000;

const args = process.argv.slice(2);

await main(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const door = chooseDoor({
    args,
    platform: process.platform,
    env: process.env,
    isRoot: process.getuid?.() === 0,
    hasElectron: findElectron() !== undefined,
  });
  if (door.kind === 'browser') return openBrowserDoor(door.reason);
  if (door.kind === 'desktop-after-fetch') await fetchElectron();
  const electron = findElectron();
  if (electron === undefined) return openBrowserDoor('Electron could not be fetched');
  return openDesktopDoor(electron);
});

/** @param {string} electron path of the binary */
async function openDesktopDoor(electron) {
  /** @type {NodeJS.Signals[]} */
  const signals = [];
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => signals.push(signal));
  }
  const startedAt = performance.now();
  const exitCode = await run({ command: electron, args: ['.', ...args], env: process.env });
  const diedAtOnce = exitCode !== 0 && performance.now() - startedAt < FAILED_START_MS;
  if (!diedAtOnce || signals.length > 0) return exitCode;
  return openBrowserDoor(`Electron ended at once with exit code ${exitCode}`);
}

/** @param {string | undefined} reason */
function openBrowserDoor(reason) {
  if (reason !== undefined) say(`opening the console in the browser: ${reason}`);
  return runNode({ args: ['out/main/web.js', ...args] });
}

/** Ends without Electron when it cannot be had in time: the browser door needs none. */
async function fetchElectron() {
  say(
    `fetching Electron, for at most ${FETCH_TIMEOUT_MS / 1000} s (UNWIND_FETCH_ELECTRON=0 goes without) …`,
  );
  await runNode({
    args: ['node_modules/electron/install.js'],
    output: 'hidden',
    timeoutMs: FETCH_TIMEOUT_MS,
  });
}

/** @returns {string | undefined} path of the binary, where it is unpacked */
function findElectron() {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}
