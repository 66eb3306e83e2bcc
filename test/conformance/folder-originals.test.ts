import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { folderOriginals } from '../../src/main/adapters/originals/folder-originals.ts';
import { originalsSuite } from './originals.suite.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-originals-'));
});

afterAll(() => rm(folder, { recursive: true }));

originalsSuite('folder', {
  originals: () => folderOriginals({ path: folder }),
  async write(path, content) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
  },
  absolute: (path) => join(folder, path),
});
