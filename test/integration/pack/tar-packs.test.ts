import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { tarHeader } from '../../../src/main/adapters/pack/tar-header.ts';
import { tarPacks } from '../../../src/main/adapters/pack/tar-packs.ts';
import { aFolder } from '../../support/builders/a-folder.ts';

/** Packs what `fill` adds and unpacks it with the system's own tar. */
async function roundTrip(
  fill: (writer: Awaited<ReturnType<ReturnType<typeof tarPacks>['create']>>) => Promise<void>,
): Promise<string> {
  const folder = aFolder();
  const writer = await tarPacks(folder).create(join(folder, 'p.tar.gz'), 'unused');
  await fill(writer);
  await writer.finish();
  const out = join(folder, 'out');
  mkdirSync(out);
  execFileSync('tar', ['-xzf', join(folder, 'p.tar.gz'), '-C', out]);
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: out });
  return out;
}

describe('a pack on disk', () => {
  test.each([0, 1, 511, 512, 513, 1_048_577])('keeps a file of %i bytes', async (size) => {
    const content = Buffer.alloc(size, 'x');
    const source = join(aFolder(), 'file');
    writeFileSync(source, content);

    const out = await roundTrip((writer) => writer.addFile('f', source));

    expect(readFileSync(join(out, 'f')).equals(content)).toBe(true);
  });

  test('keeps names longer than a hundred bytes', async () => {
    const name = `snapshots/${'a'.repeat(60)}/${'b'.repeat(60)}.zst`;

    const out = await roundTrip((writer) => writer.addText(name, 'x'));

    expect(readFileSync(join(out, name), 'utf8')).toBe('x');
  });

  test('says sizes beyond 8 GiB in a form that tar reads', () => {
    const folder = aFolder();
    const path = join(folder, 'large.tar');
    const sizeBytes = 9 * 1024 ** 3;
    writeFileSync(path, tarHeader({ name: 'large', sizeBytes, modifiedMs: 0 }));
    truncateSync(path, 512 + sizeBytes + 1_024);

    const listing = execFileSync('tar', ['-tvf', path], { encoding: 'utf8' });

    expect(listing).toContain(String(sizeBytes));
  });

  test('takes a database with what is in its log, while somebody writes it', async () => {
    const path = join(aFolder(), 'live.sqlite');
    const live = new Database(path);
    live.pragma('journal_mode = WAL');
    live.exec('CREATE TABLE t (x); INSERT INTO t VALUES (42)');

    const out = await roundTrip((writer) => writer.addDatabase('live.sqlite', path));
    live.close();

    const copy = new Database(join(out, 'live.sqlite'), { readonly: true });
    expect(copy.prepare('SELECT x FROM t').pluck().get()).toBe(42);
    copy.close();
  });

  test('has nothing of a file and a folder that are not there', async () => {
    const out = await roundTrip(async (writer) => {
      await writer.addText('README.md', 'x');
      await writer.addFile('f', '/nowhere/f');
      await writer.addFolder('g', '/nowhere/g');
    });

    expect(readdirSync(out).toSorted()).toEqual(['README.md', 'SHA256SUMS']);
  });
});
