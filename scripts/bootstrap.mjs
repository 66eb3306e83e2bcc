// What every entry script does first: install when node_modules is missing or stale, build when out/ is.
// Runs on the machine's own Node (20.19 or newer) before anything is installed, so it imports Node's modules only.
// Its lines go to stderr: stdout belongs to the command that follows.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { BootstrapError, root, run, runTool, say, withoutLocalBin } from './run-command.mjs';
import { hashFiles, staleInstallReason } from './staleness.mjs';

const BUILD_STAMP = join(root, 'out', 'build-stamp');
const BUILT_FILES = [
  'out/main/electron.js',
  'out/main/web.js',
  'out/main/cli.js',
  'out/main/engine.js',
  'out/main/sandbox.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
];
const BUILD_INPUTS = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.node.json',
  'tsconfig.renderer.json',
];

/**
 * Installs what package-lock.json says, unless it is there already.
 *
 * @throws {BootstrapError} when npm fails; its own messages are above.
 */
export async function ensureInstalled() {
  const reason = staleInstallReason({
    locked: readLockfile('package-lock.json') ?? { packages: {} },
    installed: readLockfile('node_modules/.package-lock.json'),
    platform: { os: process.platform, cpu: process.arch },
  });
  if (reason === undefined) return;
  say(`installing packages (${reason}) …`);
  const exitCode = await run({
    command: 'npm',
    args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    // Without node_modules/.bin: npm must not run on the Node that it is about to replace.
    env: withoutLocalBin(process.env),
    // npm is a .cmd file on Windows, which only a shell starts.
    shell: process.platform === 'win32',
    output: 'on-failure',
  });
  if (exitCode !== 0) {
    throw new BootstrapError('`npm ci` failed: see its messages above, then run this again.');
  }
}

/**
 * Builds out/ unless it was built from exactly these sources.
 *
 * @throws {BootstrapError} when the build fails; its output is above.
 */
export async function ensureBuilt() {
  const wanted = hashFiles(buildInputs());
  if (builtFrom() === wanted && BUILT_FILES.every((path) => existsSync(join(root, path)))) return;
  say('building …');
  // Removed first: a build that dies half way must not pass for the previous one.
  rmSync(BUILD_STAMP, { force: true });
  const exitCode = await runTool({
    packageName: 'electron-vite',
    command: 'electron-vite',
    args: ['build', '--logLevel', 'warn'],
    output: 'on-failure',
  });
  if (exitCode !== 0) throw new BootstrapError('The build failed: see its output above.');
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, wanted);
}

/**
 * @param {string} path relative to the project
 * @returns {import('./staleness.mjs').Lockfile | undefined} undefined when there is none
 */
function readLockfile(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return undefined;
  /** @type {unknown} */
  const contents = JSON.parse(readFileSync(absolute, 'utf8'));
  return /** @type {import('./staleness.mjs').Lockfile} */ (contents);
}

function* buildInputs() {
  for (const input of BUILD_INPUTS) {
    for (const path of filesUnder(join(root, input))) {
      yield { name: relative(root, path).split(sep).join('/'), content: readFileSync(path) };
    }
  }
}

/**
 * @param {string} path a file or a folder; neither gives nothing
 * @returns {Generator<string>} in the order of their names
 */
function* filesUnder(path) {
  if (!existsSync(path)) return;
  const entries = listFolder(path);
  if (entries === undefined) yield path;
  else for (const entry of entries) yield* filesUnder(join(path, entry));
}

/**
 * @param {string} path
 * @returns {string[] | undefined} undefined for a file
 */
function listFolder(path) {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function builtFrom() {
  return existsSync(BUILD_STAMP) ? readFileSync(BUILD_STAMP, 'utf8') : undefined;
}

/**
 * Runs a script's body; its result is the process's exit code.
 *
 * @param {() => Promise<number>} body
 */
export async function main(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
