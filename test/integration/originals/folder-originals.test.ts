import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderOriginals } from '../../../src/main/adapters/originals/folder-originals.ts';

const ROOT_READS_ALL = process.getuid?.() === 0;

let parent: string;
let base: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'unwind-originals-'));
  base = join(parent, 'originals');
  await mkdir(base);
});

afterEach(() => rm(parent, { recursive: true, force: true }));

function inspect(path: string, depth: 'presence' | 'content' = 'content', under = base) {
  return folderOriginals({ path: under }).inspect(path, depth);
}

describe('folder of originals › symbolic links', () => {
  test('that lead out of the folder escape, for a file and for a folder', async () => {
    await mkdir(join(parent, 'outside'));
    await writeFile(join(parent, 'outside/secret.txt'), 'secret');
    await symlink(join(parent, 'outside/secret.txt'), join(base, 'file-link'));
    await symlink('../outside', join(base, 'folder-link'));

    for (const path of ['file-link', 'folder-link/secret.txt']) {
      expect(await inspect(path)).toMatchObject({ state: 'escapes' });
      expect(await inspect(path, 'presence')).toMatchObject({ state: 'escapes' });
    }
  });

  test('to a folder whose name only begins with that of the originals escape', async () => {
    await mkdir(`${base}-other`);
    await writeFile(`${base}-other/a.txt`, 'secret');
    await symlink(`${base}-other`, join(base, 'link'));

    expect(await inspect('link/a.txt')).toMatchObject({ state: 'escapes' });
  });

  test('that stay inside are followed', async () => {
    await writeFile(join(base, 'real.txt'), 'content');
    await symlink('real.txt', join(base, 'link.txt'));

    expect(await inspect('link.txt')).toMatchObject({ state: 'present', sizeBytes: 7 });
  });

  test('that lead nowhere leave the file unknown, not missing', async () => {
    await symlink(join(parent, 'unmounted'), join(base, 'volume'));

    expect(await inspect('volume')).toMatchObject({ state: 'unknown' });
    expect(await inspect('volume/deep/a.txt')).toMatchObject({ state: 'unknown' });
  });

  test('in a circle leave the file unknown', async () => {
    await symlink('b', join(base, 'a'));
    await symlink('a', join(base, 'b'));

    expect(await inspect('a')).toEqual({ state: 'unknown', detail: 'ELOOP' });
  });

  test('in place of the folder itself are followed, by either of its names', async () => {
    await writeFile(join(base, 'a.txt'), 'content');
    const link = join(parent, 'link');
    await symlink(base, link);

    for (const path of ['a.txt', join(link, 'a.txt'), join(base, 'a.txt')]) {
      expect(await inspect(path, 'content', link)).toMatchObject({ state: 'present' });
    }
    expect(await inspect('b.txt', 'content', link)).toMatchObject({ state: 'missing' });
  });
});

describe('folder of originals › what cannot be looked at', () => {
  test('is unknown while the folder itself is not there', async () => {
    await rm(base, { recursive: true });

    expect(await inspect('a.txt')).toEqual({
      state: 'unknown',
      detail: 'the folder of the originals: ENOENT',
    });
  });

  test('is unknown where a folder or a pipe has the name, and never waits for the pipe', async () => {
    await mkdir(join(base, 'folder'));
    execFileSync('mkfifo', [join(base, 'pipe')]);

    for (const path of ['folder', 'pipe']) {
      expect(await inspect(path)).toMatchObject({ state: 'unknown' });
      expect(await inspect(path, 'presence')).toMatchObject({ state: 'unknown' });
    }
  });

  test('is unknown where the name is too long for the file system', async () => {
    expect(await inspect('x'.repeat(300))).toEqual({ state: 'unknown', detail: 'ENAMETOOLONG' });
  });

  test('is missing where a file stands in place of its folder', async () => {
    await writeFile(join(base, 'file'), '');

    expect(await inspect('file/a.txt')).toMatchObject({ state: 'missing' });
  });

  test.skipIf(ROOT_READS_ALL)('is unknown where reading is not permitted', async () => {
    await writeFile(join(base, 'a.txt'), 'content');
    await chmod(join(base, 'a.txt'), 0);

    expect(await inspect('a.txt')).toEqual({ state: 'unknown', detail: 'EACCES' });
  });
});

describe('folder of originals › a file that changes while it is read', () => {
  /** Changes the file again and again until `read` is done, so that one change falls into the reading. */
  async function whileReading<T>(read: Promise<T>, change: () => Promise<void>): Promise<T> {
    const progress = { isDone: false };
    const reading = read.finally(() => {
      progress.isDone = true;
    });
    while (!progress.isDone) await change();
    return reading;
  }

  test('is unknown when it grows', async () => {
    const path = join(base, 'growing');
    await writeFile(path, Buffer.alloc(8_000_000));

    const facts = await whileReading(inspect('growing'), () => appendFile(path, 'x'));

    expect(facts).toMatchObject({ state: 'unknown', detail: expect.stringContaining('changed') });
  });

  test('is unknown when another file of the same size takes its place', async () => {
    const path = join(base, 'replaced');
    await writeFile(path, Buffer.alloc(8_000_000));

    const facts = await whileReading(inspect('replaced'), async () => {
      await writeFile(join(base, 'next'), Buffer.alloc(8_000_000, 'y'));
      await rename(join(base, 'next'), path);
    });

    expect(facts).toMatchObject({ state: 'unknown', detail: expect.stringContaining('changed') });
  });
});
