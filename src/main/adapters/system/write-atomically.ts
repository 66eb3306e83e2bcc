import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import type { PublishEvent } from '../../core/ports/crash-points.ts';
import { publishFile } from './publish-file.ts';

/**
 * Writes a file so that it appears whole or not at all (invariant 12): temp file in the same folder → write → fsync → rename →
 * fsync of the folder. Durable on return.
 */
export async function writeAtomically(
  path: string,
  content: string,
  options: { readonly mode?: number; readonly at?: (event: PublishEvent) => void } = {},
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, content, { flag: 'wx', mode: options.mode ?? 0o644 });
    publishFile({ temporary, path, ...(options.at === undefined ? {} : { at: options.at }) });
  } catch (error) {
    // The first error speaks; a temporary file that stays is read by nobody.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
