// Which door `npm start` opens. Decides from facts alone: looking at the machine is start.mjs's part.

/** Options of the browser door that say that the browser door is meant. */
const BROWSER_OPTIONS = ['--no-open', '--port', '--help'];

/**
 * @typedef {object} Facts
 * @property {readonly string[]} args of `npm start --`
 * @property {NodeJS.Platform} platform
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} isRoot
 * @property {boolean} hasElectron its binary is unpacked in node_modules
 *
 * @typedef {{ kind: 'desktop' }
 *   | { kind: 'desktop-after-fetch' }
 *   | { kind: 'browser', reason: string | undefined }} Door `reason` is undefined where the operator asked for it
 */

/**
 * @param {Facts} facts
 * @returns {Door}
 */
export function chooseDoor({ args, platform, env, isRoot, hasElectron }) {
  if (args.some((arg) => BROWSER_OPTIONS.includes(arg.replace(/=.*/, '')))) {
    return { kind: 'browser', reason: undefined };
  }
  if (platform === 'linux') {
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
      return { kind: 'browser', reason: 'there is no display for a desktop window' };
    }
    if (isRoot) return { kind: 'browser', reason: "Electron's sandbox does not run as root" };
  }
  if (hasElectron) return { kind: 'desktop' };
  if (env['UNWIND_FETCH_ELECTRON'] === '0') {
    return { kind: 'browser', reason: 'Electron is not here and UNWIND_FETCH_ELECTRON=0' };
  }
  return { kind: 'desktop-after-fetch' };
}
