import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { aD1File, schemaWith } from '../../support/d1/d1-file.ts';
import { describeAsNobody } from '../../support/d1/describe-as-nobody.ts';
import { startMiniflareD1 } from '../../support/d1/miniflare-d1.ts';
import { referenceSchema } from '../../support/d1/reference-schema.ts';
import { aTempFolder } from '../../support/d1/temp-folder.ts';
import { applyOne, changing, theRecord } from '../../support/d1/values.ts';

function aFileHolding(content: string): string {
  const path = join(aTempFolder(), 'd1.sqlite');
  writeFileSync(path, content);
  return path;
}

describe('D1 file', () => {
  test.for(['describe', 'openReader', 'openWriter'] as const)(
    'that does not exist is not found by %s',
    async (method) => {
      const path = join(aTempFolder(), 'nowhere', 'd1.sqlite');

      await expect(openD1Database({ path })[method]()).rejects.toMatchObject({
        code: 'DATABASE_NOT_FOUND',
        message: expect.stringContaining(path) as string,
      });
    },
  );

  test.for([
    ['is empty', ''],
    ['is a short text', 'hello'],
    ['is a long text', 'no database '.repeat(1000)],
    ['is cut off after its header', 'SQLite format 3\0'],
  ] as const)('that %s is invalid', async ([, content]) => {
    const path = aFileHolding(content);

    await expect(openD1Database({ path }).describe()).rejects.toMatchObject({
      code: 'DATABASE_INVALID',
      details: { path },
    });
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('that is a folder is invalid', async () => {
    const path = aTempFolder();

    await expect(openD1Database({ path }).describe()).rejects.toMatchObject({
      code: 'DATABASE_INVALID',
    });
  });

  test('whose pages are damaged is invalid', async () => {
    const { path, connection, insert } = aD1File({ journalMode: 'delete' });
    insert('files', [aFileRow('1')]);
    connection.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100, 4096);
    writeFileSync(path, bytes);

    await expect(openD1Database({ path }).describe()).rejects.toMatchObject({
      code: 'DATABASE_INVALID',
    });
  });

  test('that stores UTF-16 is not taken for a D1 database', async () => {
    const { path } = aD1File({ schema: ["PRAGMA encoding = 'UTF-16le'", ...referenceSchema] });

    await expect(openD1Database({ path }).describe()).rejects.toMatchObject({
      code: 'DATABASE_INVALID',
    });
  });

  test('whose ids are not unique is refused: one id could name two rows', async () => {
    const { path } = aD1File({
      schema: schemaWith('id', 'TEXT').map((sql) => sql.replace('PRIMARY KEY', '')),
    });

    await expect(openD1Database({ path }).describe()).rejects.toMatchObject({
      code: 'DATABASE_SCHEMA_MISSING',
      details: { missing: ['unique key on file_migrations.id', 'unique key on files.id'] },
    });
  });

  test('may name its tables and columns in any case', async () => {
    const { path } = aD1File({ schema: referenceSchema.map((sql) => sql.toUpperCase()) });

    await expect(openD1Database({ path }).describe()).resolves.toMatchObject({ kind: 'd1' });
  });

  test('is the same one by whichever path it is reached', async () => {
    const { path } = aD1File();
    const link = join(aTempFolder(), 'link.sqlite');
    symlinkSync(path, link);

    const { identity } = await openD1Database({ path }).describe();

    expect(identity).toBe(`d1:${path}`);
    expect(await openD1Database({ path: link }).describe()).toMatchObject({ identity });
  });
});

describe('locked D1 file', () => {
  test('is busy for a reader when another process holds it exclusively', async () => {
    const { path, connection } = aD1File({ journalMode: 'delete' });
    connection.exec('BEGIN EXCLUSIVE');

    const database = openD1Database({ path, busyTimeoutMs: 20 });

    await expect(database.describe()).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    await expect(database.openReader()).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
  });

  test('can be read while another process writes, and is busy for a second writer', async () => {
    const { path, connection, insert } = aD1File();
    insert('file_migrations', [aRecordRow('1')]);
    connection.exec("BEGIN IMMEDIATE; UPDATE file_migrations SET status = 'x'");
    const database = openD1Database({ path, busyTimeoutMs: 20 });

    const record = await theRecord(path);
    expect(record.status).toBe('completed');
    await expect(applyOne(database, changing(record, { status: 'y' }))).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
      retryable: true,
    });
    connection.exec('ROLLBACK');
    expect(await theRecord(path)).toEqual(record);
  });

  test('keeps its rows when the COMMIT meets a reader of a file that is not in WAL mode', async () => {
    const { path, connection, insert } = aD1File({ journalMode: 'delete' });
    insert('file_migrations', [aRecordRow('1')]);
    const record = await theRecord(path);
    const database = openD1Database({ path, busyTimeoutMs: 20 });
    connection.exec('BEGIN');
    connection.prepare('SELECT status FROM file_migrations').get();

    await expect(applyOne(database, changing(record, { status: 'y' }))).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
    });
    connection.exec('COMMIT');
    expect(await theRecord(path)).toEqual(record);
  });
});

describe('D1 file whose newest rows are in its -wal', () => {
  test('is read right while its writer lives, and after workerd has ended', async () => {
    const miniflare = await startMiniflareD1(1);
    try {
      const live = await miniflare.nextDatabase();
      await live.insert('file_migrations', [aRecordRow('1')]);
      expect(await theRecord(live.path)).toMatchObject({ recordId: '1' });

      await miniflare.stop();

      expect(await theRecord(live.path)).toMatchObject({ recordId: '1' });
    } finally {
      await miniflare.dispose();
    }
  });

  test('is read right from a copy of the file and its -wal without -shm', async () => {
    expect(await theRecord(aCopyWithoutShm())).toMatchObject({ recordId: '1' });
  });

  test('is refused with advice where SQLite may not make a -shm beside it', async () => {
    const path = aCopyWithoutShm();
    chmodSync(path, 0o444);
    chmodSync(`${path}-wal`, 0o444);
    chmodSync(join(path, '..'), 0o555);

    const { error } = await describeAsNobody(path);

    expect(error).toMatchObject({ exitCode: 3, details: { path } });
    expect(error?.hint).toMatch(/write permission on its folder/);
  });

  test('changes by not one byte when it is read', async () => {
    const path = aCopyWithoutShm();
    const before = [path, `${path}-wal`].map((file) => readFileSync(file, 'hex'));

    await theRecord(path);

    expect([path, `${path}-wal`].map((file) => readFileSync(file, 'hex'))).toEqual(before);
  });
});

/** What a copy of a live database looks like: all its rows in the -wal, and no -shm. */
function aCopyWithoutShm(): string {
  const { path, insert } = aD1File();
  insert('file_migrations', [aRecordRow('1')]);
  const folder = join(aTempFolder(), 'copy');
  mkdirSync(folder);
  chmodSync(join(folder, '..'), 0o755);
  const copy = join(folder, 'd1.sqlite');
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
  return copy;
}
