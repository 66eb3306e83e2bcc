import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-path.ts';

/**
 * Writes a file so that it appears whole or not at all (invariant 12): temp file in the same folder → write → fsync → rename →
 * fsync of the folder. Durable on return.
 */
export async function writeAtomically(
  path: string,
  content: string,
  options: { readonly mode: number } = { mode: 0o644 },
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', options.mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}
