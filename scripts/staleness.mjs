// Whether what is installed and built is still what the checkout asks for. Pure: no file is read here.
import { createHash } from 'node:crypto';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {readonly string[]} [os]
 * @property {readonly string[]} [cpu]
 *
 * @typedef {object} Lockfile
 * @property {Readonly<Record<string, LockedPackage>>} packages
 *
 * @typedef {object} Platform
 * @property {string} os as `process.platform` says it
 * @property {string} cpu as `process.arch` says it
 */

/**
 * Says why the installed packages are not the locked ones, or `undefined` when they are.
 *
 * `installed` is npm's own record, node_modules/.package-lock.json, which npm writes when an install is complete.
 * Optional packages may be absent: they are the ones for other platforms.
 *
 * @param {{ locked: Lockfile, installed: Lockfile | undefined, platform: Platform }} facts
 * @returns {string | undefined}
 */
export function staleInstallReason({ locked, installed, platform }) {
  if (installed === undefined) return 'nothing is installed yet';
  for (const [path, wanted] of Object.entries(locked.packages)) {
    if (path === '') continue;
    const found = installed.packages[path];
    if (found === undefined) {
      if (wanted.optional !== true) return `${packageName(path)} is missing`;
    } else if (found.version !== wanted.version || found.integrity !== wanted.integrity) {
      return `${packageName(path)} is not the locked ${wanted.version ?? 'one'}`;
    }
  }
  for (const [path, found] of Object.entries(installed.packages)) {
    if (locked.packages[path] === undefined) return `${packageName(path)} is no longer wanted`;
    if (!runsOn(found, platform)) return `${packageName(path)} is for another platform`;
  }
  return undefined;
}

/**
 * Hashes names and contents together: a renamed, added, removed or edited file changes the result, a touched one does not.
 *
 * @param {Iterable<{ name: string, content: Uint8Array }>} files in a stable order
 * @returns {string} SHA-256, hex
 */
export function hashFiles(files) {
  const hash = createHash('sha256');
  for (const { name, content } of files) {
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {LockedPackage} installed
 * @param {Platform} platform
 */
function runsOn({ os, cpu }, platform) {
  return allows(os, platform.os) && allows(cpu, platform.cpu);
}

/**
 * @param {readonly string[] | undefined} list names, or names to leave out with a `!` before them
 * @param {string} value
 */
function allows(list, value) {
  if (list === undefined || list.includes(value)) return true;
  return list.every((entry) => entry.startsWith('!')) && !list.includes(`!${value}`);
}

/** @param {string} path as in a lockfile */
function packageName(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
