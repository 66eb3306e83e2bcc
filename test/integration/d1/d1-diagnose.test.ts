import { chmodSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { hasWalResetFix } from '../../../src/main/adapters/d1/wal-reset-bug.ts';
import type { Check } from '../../../src/shared/domain/check.ts';
import { aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { aD1File, type HandMadeD1File, schemaWith } from '../../support/d1/d1-file.ts';
import { diagnoseAsNobody } from '../../support/d1/diagnose-as-nobody.ts';
import { startMiniflareD1 } from '../../support/d1/miniflare-d1.ts';
import { referenceSchema } from '../../support/d1/reference-schema.ts';
import { aTempFolder } from '../../support/d1/temp-folder.ts';

const NAMES = [
  'database.file',
  'database.integrity',
  'database.version',
  'database.journal',
  'database.other-processes',
  'database.read-only',
  'database.tables',
  'database.mapping',
  'database.index.record-id',
  'database.index.record-batch',
  'database.index.file-id',
  'database.index.batch-id',
  'database.triggers',
  'database.reserved-tables',
  'database.limits',
];

function diagnose(path: string): Promise<readonly Check[]> {
  return openD1Database({ path }).diagnose();
}

async function lineOf(path: string, name: string): Promise<Check | undefined> {
  return (await diagnose(path)).find((check) => check.name === name);
}

function statesOf(checks: readonly Check[]): Readonly<Record<string, Check['state']>> {
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]));
}

function aFileWithRecords(count: number, schema = referenceSchema): HandMadeD1File {
  const file = aD1File({ schema });
  file.connection.exec('BEGIN');
  for (let index = 0; index < count; index += 1) {
    file.insert('file_migrations', [aRecordRow(String(index))]);
    file.insert('files', [aFileRow(String(index))]);
  }
  file.connection.exec('COMMIT');
  return file;
}

describe('diagnosis of a D1 file', () => {
  test('asks the same questions in the same order of a healthy file and of one that is missing', async () => {
    const healthy = await diagnose(aD1File().path);
    const missing = await diagnose(join(aTempFolder(), 'nowhere.sqlite'));

    expect(healthy.map(({ name }) => name)).toEqual(NAMES);
    expect(missing.map(({ name }) => name)).toEqual(NAMES);
  });

  test('finds nothing to fix in a healthy file', async () => {
    const checks = await diagnose(aD1File().path);

    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  test('skips what depends on a file that is missing, and says so', async () => {
    const [first, ...others] = await diagnose(join(aTempFolder(), 'nowhere.sqlite'));

    expect(first).toMatchObject({ name: 'database.file', state: 'failed' });
    expect(others.filter(({ state }) => state !== 'skipped')).toEqual([]);
    expect(others[0]?.finding).toBe('Not looked at: database.file failed.');
  });

  test('says that an empty file is no database', async () => {
    const path = join(aTempFolder(), 'd1.sqlite');
    writeFileSync(path, '');

    expect(await lineOf(path, 'database.file')).toMatchObject({
      state: 'failed',
      finding: `${path} is empty (0 bytes).`,
    });
  });

  test('fails the integrity of a file that lost its pages, and looks no further', async () => {
    const file = aFileWithRecords(500);
    file.connection.pragma('wal_checkpoint(TRUNCATE)');
    truncateSync(file.path, 20 * 4096);

    const states = statesOf(await diagnose(file.path));

    expect(states).toMatchObject({
      'database.integrity': 'failed',
      'database.tables': 'skipped',
      'database.limits': 'skipped',
    });
  });

  test('fails where this user may read the file but not write it', async () => {
    const file = aD1File({ journalMode: 'delete' });
    chmodSync(dirname(file.path), 0o755);
    chmodSync(file.path, 0o644);

    const line = (await diagnoseAsNobody(file.path)).find(({ name }) => name === 'database.file');

    expect(line).toMatchObject({ state: 'failed' });
    expect(line?.finding).toContain(`not written: ${file.path}, ${dirname(file.path)}`);
  });

  test('proves that a reading session cannot write, and changes nothing by it', async () => {
    const file = aD1File();
    const schemaBefore = file.connection.pragma('schema_version', { simple: true });
    const folderBefore = readdirSync(dirname(file.path));

    const line = await lineOf(file.path, 'database.read-only');

    expect(line).toMatchObject({
      state: 'ok',
      finding:
        'query_only is on, and without it a write was still refused by the read-only file handle (SQLITE_READONLY).',
    });
    expect(file.connection.pragma('schema_version', { simple: true })).toBe(schemaBefore);
    expect(readdirSync(dirname(file.path))).toEqual(folderBefore);
  });

  test('names every table that is missing and skips what needs them', async () => {
    const file = aD1File({ schema: referenceSchema.slice(0, 1) });

    const checks = await diagnose(file.path);

    expect(statesOf(checks)).toMatchObject({
      'database.tables': 'failed',
      'database.index.record-batch': 'skipped',
      'database.triggers': 'skipped',
      'database.read-only': 'ok',
    });
    expect(checks.find(({ name }) => name === 'database.tables')?.finding).toContain(
      'table file_migrations',
    );
  });

  test('gives the statement that makes a missing index, and SQLite uses what it makes', async () => {
    const file = aFileWithRecords(1_000);
    const before = await lineOf(file.path, 'database.index.record-batch');

    expect(before).toMatchObject({
      state: 'warning',
      statement:
        'CREATE INDEX "file_migrations_batch_id" ON "file_migrations" ("batch_id" COLLATE BINARY);',
    });
    file.connection.exec(before?.statement ?? '');

    expect(await lineOf(file.path, 'database.index.record-batch')).toMatchObject({
      state: 'ok',
      finding: expect.stringContaining('USING COVERING INDEX file_migrations_batch_id') as string,
    });
  });

  test('asks for no index on a table that is small', async () => {
    const file = aFileWithRecords(10);

    expect(await lineOf(file.path, 'database.index.record-batch')).toMatchObject({ state: 'ok' });
  });

  test('finds that an index which compares without case is of no use', async () => {
    const file = aFileWithRecords(1_000, schemaWith('batch_id', 'TEXT COLLATE NOCASE'));
    file.connection.exec('CREATE INDEX by_batch ON file_migrations (batch_id)');
    const before = await lineOf(file.path, 'database.index.record-batch');

    expect(before).toMatchObject({ state: 'warning' });
    file.connection.exec(before?.statement ?? '');

    expect(await lineOf(file.path, 'database.index.record-batch')).toMatchObject({ state: 'ok' });
  });

  test('names the triggers that fire on the rows of a rollback', async () => {
    const file = aD1File();
    file.connection.exec('CREATE TRIGGER touched AFTER UPDATE ON files BEGIN SELECT 1; END');

    expect(await lineOf(file.path, 'database.triggers')).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('files.touched') as string,
      fix: expect.stringContaining('--accept-triggers') as string,
    });
  });

  test("tells Cloudflare's own tables apart", async () => {
    const file = aD1File();
    file.connection.exec('CREATE TABLE _cf_KV (k); CREATE TABLE d1_migrations (id)');

    expect((await lineOf(file.path, 'database.reserved-tables'))?.finding).toBe(
      '_cf_KV, d1_migrations: left alone, and not part of any plan.',
    );
  });

  test('warns of a table that is too wide for D1', async () => {
    const file = aD1File();
    for (let index = 0; index < 100; index += 1) {
      file.connection.exec(`ALTER TABLE files ADD COLUMN extra_${String(index)} TEXT`);
    }

    expect(await lineOf(file.path, 'database.limits')).toMatchObject({ state: 'warning' });
  });
});

describe('the fix of the WAL-reset bug', () => {
  test.each([
    ['3.47.0', false],
    ['3.51.2', false],
    ['3.51.3', true],
    ['3.52.0', true],
    ['3.54.1', true],
    ['3.44.5', false],
    ['3.44.6', true],
    ['3.50.6', false],
    ['3.50.7', true],
    ['3.49.9', false],
  ])('is in SQLite %s: %s', (version, isIn) => {
    expect(hasWalResetFix(version)).toBe(isIn);
  });
});

describe.runIf(process.platform === 'linux')('diagnosis of a D1 file that is in use', () => {
  test('names the workerd that has the file open', async () => {
    const miniflare = await startMiniflareD1(1);
    try {
      const { path } = await miniflare.nextDatabase();

      expect(await lineOf(path, 'database.other-processes')).toMatchObject({
        state: 'warning',
        finding: expect.stringMatching(/^workerd \(process \d+\) has it open\./) as string,
      });
      await miniflare.stop();

      expect(await lineOf(path, 'database.other-processes')).toMatchObject({ state: 'ok' });
    } finally {
      await miniflare.dispose();
    }
  });

  test('names the workerd that only serves its folder, unless that is the sandbox', async () => {
    const miniflare = await startMiniflareD1(1);
    try {
      const { path } = await miniflare.nextDatabase();
      const neighbour = aD1File({ folder: dirname(path), name: 'neighbour.sqlite' });
      const asSandbox = await openD1Database({
        path: neighbour.path,
        folderServer: 'sandbox',
      }).diagnose();

      expect(await lineOf(neighbour.path, 'database.other-processes')).toMatchObject({
        state: 'warning',
        finding: expect.stringContaining('serves its folder') as string,
      });
      expect(statesOf(asSandbox)['database.other-processes']).toBe('ok');
    } finally {
      await miniflare.dispose();
    }
  });
});
