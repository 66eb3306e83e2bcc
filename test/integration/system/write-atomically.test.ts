import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeAtomically } from '../../../src/main/adapters/system/write-atomically.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { aSmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';

describe('file written atomically', () => {
  test('appears whole, and alone', async () => {
    const folder = aFolder();
    const path = join(folder, 'a.json');

    await writeAtomically(path, '{"ä": 1}\n');

    expect(readFileSync(path, 'utf8')).toBe('{"ä": 1}\n');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('replaces the one before', async () => {
    const path = join(aFolder(), 'a.json');
    writeFileSync(path, 'before, and longer');

    await writeAtomically(path, 'after');

    expect(readFileSync(path, 'utf8')).toBe('after');
  });

  test.skipIf(process.platform === 'win32')('has the mode that was asked for', async () => {
    const path = join(aFolder(), 'secret');

    await writeAtomically(path, 'x', { mode: 0o600 });

    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is never seen in part', async () => {
    const path = join(aFolder(), 'a.json');
    const content = ['x'.repeat(2_000_000), 'y'.repeat(2_000_000)] as const;
    await writeAtomically(path, content[0]);

    const progress = { isOver: false };
    const written = writeAtomically(path, content[1]).finally(() => {
      progress.isOver = true;
    });
    while (!progress.isOver) {
      expect(content).toContain(readFileSync(path, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
    }

    await written;
    expect(readFileSync(path, 'utf8')).toBe(content[1]);
  });

  test('that fails leaves what was there and no temporary file', async () => {
    const folder = aFolder();
    const path = join(folder, 'a.json');
    mkdirSync(join(path, 'in the way'), { recursive: true });

    await expect(writeAtomically(path, 'x')).rejects.toMatchObject({
      code: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST|EPERM/) as string,
    });

    expect(readdirSync(folder)).toEqual(['a.json']);
    expect(existsSync(join(path, 'in the way'))).toBe(true);
  });

  test('in a folder that does not exist fails', async () => {
    await expect(writeAtomically(join(aFolder(), 'no', 'a.json'), 'x')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  const cannotMount = whyNoSmallDisk();
  test.skipIf(cannotMount !== undefined)(
    `on a full disk leaves what was there${cannotMount === undefined ? '' : ` (skipped: ${cannotMount})`}`,
    async () => {
      const disk = aSmallDisk(256);
      onTestFinished(() => {
        disk.unmount();
      });
      const path = join(disk.path, 'a.json');
      await writeAtomically(path, 'before');

      await expect(writeAtomically(path, 'x'.repeat(1_000_000))).rejects.toMatchObject({
        code: 'ENOSPC',
      });

      expect(readFileSync(path, 'utf8')).toBe('before');
      expect(readdirSync(disk.path)).toEqual(['a.json']);
    },
  );
});
