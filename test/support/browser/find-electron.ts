import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** An Electron binary that can be started, or why there is none. */
export type FoundElectron =
  | { readonly kind: 'found'; readonly executablePath: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** Looks where the `electron` package keeps its binary; the package itself arrives without it. */
export function findElectron(): FoundElectron {
  const folder = fileURLToPath(new URL('../../../node_modules/electron/', import.meta.url));
  const pathFile = path.join(folder, 'path.txt');
  if (!existsSync(pathFile)) {
    return { kind: 'missing', reason: 'the electron package has no binary on this machine' };
  }
  const executablePath = path.join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  if (!existsSync(executablePath)) {
    return { kind: 'missing', reason: `${executablePath} does not exist` };
  }
  if (process.platform === 'linux' && process.env['DISPLAY'] === undefined) {
    return { kind: 'missing', reason: 'there is no display for a desktop window' };
  }
  return { kind: 'found', executablePath };
}
