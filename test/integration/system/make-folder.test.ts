import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../../src/main/adapters/system/make-folder.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'unwind-make-folder-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('makes a folder with those above it, and takes one that is there', () => {
  const path = join(aFolder(), 'a', 'b', 'c');

  makeFolder(path);
  makeFolder(path);

  expect(statSync(path).isDirectory()).toBe(true);
});

test('fails where a file stands in the way', () => {
  const file = join(aFolder(), 'file');
  writeFileSync(file, '');

  expect(() => makeFolder(file)).toThrow('EEXIST');
  expect(() => makeFolder(join(file, 'below'))).toThrow('ENOTDIR');
});

test.runIf(existsSync('/proc/self'))(
  'fails where no folder can be, instead of never ending',
  () => {
    expect(() => makeFolder('/proc/unwind-test/runs')).toThrow('ENOENT');
  },
);
