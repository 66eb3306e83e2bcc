// Starts other programs: on the product's Node, with signals and exit codes passed on.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const LEAST_NODE_MAJOR = 24;

/**
 * @typedef {object} NodeCall
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env] added to this process's own
 * @property {'shown' | 'on-failure' | 'hidden'} [output] shown: straight to this process's own
 * @property {number} [timeoutMs] ends the command with SIGTERM after this long
 *
 * @typedef {NodeCall & { command: string, env: NodeJS.ProcessEnv, shell?: boolean }} Call `env` is all of it
 */

const ORPHAN_CHECK_MS = 500;

/** A failure that the operator can read; anything else keeps its stack. */
export class BootstrapError extends Error {}

/**
 * The Node that runs the product: the pinned one from the registry, else this process's own if it is new enough.
 *
 * @returns {string} path of the executable
 * @throws {BootstrapError} when neither will do.
 */
export function findNode() {
  const pinned = pinnedNode();
  if (pinned !== undefined) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= LEAST_NODE_MAJOR) return process.execPath;
  throw new BootstrapError(
    `Unwind runs on Node ${LEAST_NODE_MAJOR}. npm has no pinned one for ${process.platform} ${process.arch}, and this is Node ${process.versions.node}: install Node ${LEAST_NODE_MAJOR} or newer and run this again.`,
  );
}

/**
 * Runs a command of an installed package on the product's Node.
 *
 * @param {{ packageName: string, command: string } & NodeCall} call
 * @returns {Promise<number>} its exit code
 */
export function runTool({ packageName: name, command, args, ...call }) {
  return runNode({ args: [executableOf(name, command), ...args], ...call });
}

/**
 * Runs the product's Node with `args`, in the project's folder.
 *
 * @param {NodeCall} call
 * @returns {Promise<number>} its exit code
 */
export function runNode({ env, ...call }) {
  return run({ command: findNode(), env: withLocalBin({ ...process.env, ...env }), ...call });
}

/**
 * Runs a command to its end, passing signals on; one that died by a signal gives 128 + its number, as in a shell.
 *
 * @param {Call} call
 * @returns {Promise<number>} exit code
 */
export function run({ command, args, env, output = 'shown', shell = false, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      shell,
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
      stdio: output === 'shown' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    }
    const stopForwarding = forwardSignals(child);
    child.once('error', (error) => {
      stopForwarding();
      reject(new BootstrapError(`${command} could not be started: ${error.message}`));
    });
    child.once('close', (exitCode, signal) => {
      stopForwarding();
      const code = signal === null ? (exitCode ?? 1) : 128 + constants.signals[signal];
      if (output === 'on-failure' && code !== 0) process.stderr.write(Buffer.concat(chunks));
      resolve(code);
    });
  });
}

/**
 * One line about what the scripts themselves do.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`unwind: ${line}\n`);
}

/**
 * A terminal sends Ctrl-C to every process of the foreground group, the child included. Passing it on as well would
 * make it two, and a second Ctrl-C means "stop now".
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} stops forwarding
 */
function forwardSignals(child) {
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  /** @param {NodeJS.Signals} signal */
  function forward(signal) {
    if (signal === 'SIGTERM' || !isInTerminal()) child.kill(signal);
  }
  for (const signal of signals) process.on(signal, forward);
  const stopWatching = whenOrphaned(() => child.kill('SIGTERM'));
  return () => {
    stopWatching();
    for (const signal of signals) process.off(signal, forward);
  };
}

/**
 * npm runs a script in a shell, and a shell that is ended by a signal does not pass it on: whoever ends `npm start` would leave
 * the console running. That the parent is another one than before tells that this has happened.
 *
 * @param {() => unknown} end called once
 * @returns {() => void} stops watching
 */
function whenOrphaned(end) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, ORPHAN_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function isInTerminal() {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}

/** @returns {string | undefined} the pinned Node, where npm has one for this platform and it starts */
function pinnedNode() {
  for (const name of Object.keys(readPackage(root).optionalDependencies ?? {})) {
    if (!name.startsWith('node-')) continue;
    const folder = join(root, 'node_modules', name);
    if (!existsSync(folder)) continue;
    const path = join(folder, readPackage(folder).bin?.node ?? 'bin/node');
    // Asked for its version: on a Linux with another C library the file is there and cannot start.
    if (spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0) return path;
  }
  return undefined;
}

/**
 * @param {string} name of the package
 * @param {string} command
 * @returns {string} path of the JavaScript file behind the command: .bin holds shell scripts on Windows
 */
function executableOf(name, command) {
  const folder = join(root, 'node_modules', name);
  const file = readPackage(folder).bin?.[command];
  if (file === undefined) throw new Error(`${name} has no command ${command}.`);
  return join(folder, file);
}

/**
 * @typedef {object} Package
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @param {string} folder */
function readPackage(folder) {
  /** @type {unknown} */
  const contents = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return /** @type {Package} */ (contents);
}

/** @param {NodeJS.ProcessEnv} env */
function withLocalBin(env) {
  const { [pathKey(env)]: path = '' } = env;
  return { ...env, [pathKey(env)]: [join(root, 'node_modules', '.bin'), path].join(delimiter) };
}

/**
 * The environment as it was before npm put the project's own commands, and so its own Node, first on PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function withoutLocalBin(env) {
  const { [pathKey(env)]: path = '' } = env;
  const localBin = join(root, 'node_modules', '.bin');
  const kept = path.split(delimiter).filter((folder) => folder !== localBin);
  return { ...env, [pathKey(env)]: kept.join(delimiter) };
}

/**
 * Windows says `Path`, and a copy of its environment is as case-sensitive as any object.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function pathKey(env) {
  return Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
}
