import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Originals } from '../../src/main/core/ports/originals.ts';

/** How the suite fills the place behind the port. */
export interface OriginalsUnderTest {
  readonly originals: () => Originals;
  /** Stores `content` as the file `path`, relative to the base. */
  write(path: string, content: string): Promise<void>;
  /** An absolute source path of `path` inside the base, as a record may hold it. */
  absolute(path: string): string;
}

/** Names that are easily mangled on their way into a path or a URL. */
const AWKWARD_NAMES = [
  'with space.txt',
  'ünïcode/日本語.txt',
  '100%.txt',
  'percent%41.txt',
  'slash%2F.txt',
  'dots%2e%2e.txt',
  'plus+plus.txt',
  'hash#query?a=b.txt',
  'amp&<tag>"quote\'.txt',
  'emoji-\u{1F600}.txt',
  ' leading space',
  '...three dots',
  '..hidden',
] as const;

/** The behaviour that every place of originals has, where one is configured. */
export function originalsSuite(name: string, subject: OriginalsUnderTest): void {
  function inspect(sourcePath: string, depth: 'presence' | 'content' = 'content') {
    return subject.originals().inspect(sourcePath, depth);
  }

  describe(`originals (${name})`, () => {
    test('name their place', () => {
      expect(subject.originals().location).toEqual(expect.any(String));
    });

    test('give size and hashes of the content in one reading', async () => {
      await subject.write('a/content.txt', 'content');

      expect(await inspect('a/content.txt')).toEqual({
        state: 'present',
        location: expect.stringContaining('a/content.txt'),
        sizeBytes: 7,
        hash: { sha256: digest('sha256', 'content'), md5: digest('md5', 'content'), sizeBytes: 7 },
      });
    });

    test('give the size alone where only presence is asked for', async () => {
      await subject.write('a/presence.txt', 'content');

      expect(await inspect('a/presence.txt', 'presence')).toMatchObject({
        state: 'present',
        sizeBytes: 7,
        hash: null,
      });
    });

    test('read an empty file', async () => {
      await subject.write('empty', '');

      expect(await inspect('empty')).toMatchObject({
        sizeBytes: 0,
        hash: { md5: digest('md5', '') },
      });
      expect(await inspect('empty', 'presence')).toMatchObject({ state: 'present', sizeBytes: 0 });
    });

    test('read a file of several megabytes', async () => {
      const content = 'x'.repeat(3_000_001);
      await subject.write('large', content);

      expect(await inspect('large')).toMatchObject({
        sizeBytes: 3_000_001,
        hash: { sha256: digest('sha256', content) },
      });
    });

    test.each(AWKWARD_NAMES)('take the name "%s" literally', async (awkward) => {
      await subject.write(awkward, awkward);

      expect(await inspect(awkward)).toMatchObject({ hash: { md5: digest('md5', awkward) } });
    });

    test('do not decode a name', async () => {
      await subject.write('A.txt', 'decoded');

      expect(await inspect('%41.txt')).toMatchObject({ state: 'missing' });
    });

    test.each(['presence', 'content'] as const)(
      'say that a file is missing (%s)',
      async (depth) => {
        expect(await inspect('nowhere/missing.txt', depth)).toMatchObject({
          state: 'missing',
          location: expect.stringContaining('missing.txt'),
        });
      },
    );

    test('take an absolute path inside the base as it is', async () => {
      await subject.write('a/absolute.txt', 'content');

      expect(await inspect(subject.absolute('a/absolute.txt'))).toMatchObject({ sizeBytes: 7 });
    });

    test('resolve any other absolute path under the base', async () => {
      await subject.write('var/uploads/a.txt', 'content');

      expect(await inspect('/var/uploads/a.txt')).toMatchObject({ sizeBytes: 7 });
      expect(await inspect('///var/uploads/a.txt')).toMatchObject({ sizeBytes: 7 });
    });

    test('resolve dot segments that stay inside', async () => {
      await subject.write('a/dots.txt', 'content');

      expect(await inspect('./a/b/../dots.txt')).toMatchObject({ sizeBytes: 7 });
    });

    test.each([
      '..',
      '../outside.txt',
      '/../outside.txt',
      'a/../../outside.txt',
      'a/../../../../../../etc/passwd',
    ])('see that "%s" leaves the base', async (path) => {
      expect(await inspect(path)).toMatchObject({ state: 'escapes' });
      expect(await inspect(path, 'presence')).toMatchObject({ state: 'escapes' });
    });

    test('see that a path climbs out even if it comes back', async () => {
      await subject.write('back.txt', 'content');
      const base = subject.absolute('').split('/').filter(Boolean).at(-1) ?? '';

      expect(await inspect(`../${base}/back.txt`)).toMatchObject({ state: 'escapes' });
    });

    test.each(['', '/', '.'])('do not know what the path "%s" names', async (path) => {
      expect(await inspect(path)).toMatchObject({ state: 'unknown' });
    });

    test('never claim a file whose name holds a NUL byte', async () => {
      await subject.write('nul.txt', 'content');

      expect(await inspect('nul.txt\0.png')).toMatchObject({ state: 'missing' });
    });
  });
}

function digest(algorithm: 'sha256' | 'md5', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
