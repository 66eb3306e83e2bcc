import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pMap from 'p-map';
import type { SeedOriginal } from './seed-set.ts';

/** Writes the originals below `root`, with the times they had before the migration. */
export async function writeOriginals(
  root: string,
  originals: readonly SeedOriginal[],
): Promise<void> {
  const folders = new Set(originals.map(({ path }) => dirname(join(root, path))));
  await pMap(folders, (folder) => mkdir(folder, { recursive: true }));
  await pMap(
    originals,
    async ({ path, content, modifiedAt }) => {
      const file = join(root, path);
      // Two originals of one name would silently become one.
      await writeFile(file, content, { flag: 'wx' });
      await utimes(file, modifiedAt, modifiedAt);
    },
    { concurrency: 8 },
  );
}
