import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const DESCRIPTORS = '/proc/self/fd';

/** Files below a folder that this process has open; empty where the system does not tell. */
export function openFilesBelow(folder: string): readonly string[] {
  if (!existsSync(DESCRIPTORS)) return [];
  return readdirSync(DESCRIPTORS)
    .map((descriptor) => {
      try {
        return readlinkSync(join(DESCRIPTORS, descriptor));
      } catch {
        // The descriptor of the listing itself is closed by now.
        return '';
      }
    })
    .filter((path) => path.startsWith(folder));
}
