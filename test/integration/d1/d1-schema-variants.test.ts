import { describe, expect, onTestFinished, test } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import type {
  MigrationDatabase,
  MigrationReader,
} from '../../../src/main/core/ports/migration-database.ts';
import type { CustomMapping } from '../../../src/main/core/schema/custom-mapping.ts';
import { Scope } from '../../../src/shared/domain/scope.ts';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { aD1File, type HandMadeD1File } from '../../support/d1/d1-file.ts';
import { applyOne, changing, theRecord } from '../../support/d1/values.ts';
import {
  type SavedFileRecords,
  savedFileStatements,
} from '../../support/migration/as-saved-files.ts';

/** A saved-file database with the completed records 1 and 2, and the failed record 3. */
function aSavedFileDatabase(records: SavedFileRecords): HandMadeD1File {
  const file = aD1File();
  file.insert('file_migrations', [
    aRecordRow('1'),
    aRecordRow('2', { started_at: '2024-02-01 09:00:00' }),
    aRecordRow('3', { status: 'failed', target_r2_key: null }),
  ]);
  file.insert('files', [
    aFileRow('1'),
    aFileRow('2', { user_id: 'u2' }),
    aFileRow('3', { r2_key: null, checksum: null }),
  ]);
  file.insert('migration_batches', [aBatchRow('b1', { completed_files: 2, failed_files: 1 })]);
  for (const statement of savedFileStatements(records)) file.connection.exec(statement);
  return file;
}

async function readerOf(database: MigrationDatabase): Promise<MigrationReader> {
  const reader = await database.openReader();
  onTestFinished(() => reader.close());
  return reader;
}

async function all<T>(chunks: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const chunk of chunks) items.push(...chunk);
  return items;
}

const everything = { scope: Scope.parse({ full: true }), include: 'all' } as const;

describe.each(['whole', 'sparse'] as const)('saved-file D1 with %s records', (records) => {
  test('reads each record with path, key and marks, wherever they are', async () => {
    const { path } = aSavedFileDatabase(records);
    const reader = await readerOf(openD1Database({ path }));

    const [first, , failed] = await all(reader.streamRecords(everything, 2));

    expect(first).toMatchObject({
      recordId: '1',
      batchId: 'b1',
      fileId: 'f-1',
      sourcePath: '/originals/1.csv',
      targetKey: records === 'whole' ? 'files/1' : null,
      originalChecksum: 'original-1',
      completedAt: records === 'whole' ? '2024-01-15 10:00:00' : null,
      file: {
        filename: '1.csv',
        userId: 'u1',
        r2Key: 'files/1',
        updatedAt: records === 'whole' ? '2024-01-15 10:00:01' : null,
        marks: {
          migratedAt: '2024-01-15 10:00:00',
          migrationStatus: 'completed',
          migrationBatchId: 'b1',
        },
      },
    });
    expect(failed?.file).toMatchObject({
      r2Key: null,
      marks: { migratedAt: null, migrationStatus: null, migrationBatchId: null },
    });
  });

  test('finds records by user, day, batch and status', async () => {
    const { path } = aSavedFileDatabase(records);
    const reader = await readerOf(openD1Database({ path }));
    const ids = async (scope: object) =>
      (
        await reader.pageRecords(
          { scope: Scope.parse(scope), include: 'all' },
          { offset: 0, limit: 9 },
        )
      ).map(({ recordId }) => recordId);

    expect(await ids({ userId: 'u2' })).toEqual(['2']);
    expect(await ids({ startDate: '2024-01-20' })).toEqual(['2']);
    expect(await ids({ batchId: 'b1', failedOnly: true })).toEqual(['3']);
    expect(await ids({ batchId: 'b2' })).toEqual([]);
  });

  test('lists object keys and references, whole rows and what exists', async () => {
    const { path } = aSavedFileDatabase(records);
    const reader = await readerOf(openD1Database({ path }));

    const references = await all(reader.streamReferences(10));
    const [row] = await reader.readFullRows('files', ['f-1']);

    expect(await all(reader.streamObjectKeys(everything, 10))).toEqual(['files/1', 'files/2']);
    expect(references.filter(({ table }) => table === 'files').map(({ id }) => id)).toEqual([
      'f-1',
      'f-2',
    ]);
    expect(references.filter(({ table }) => table === 'file_migrations')).toHaveLength(
      records === 'whole' ? 2 : 0,
    );
    expect(row).toMatchObject({ id: 'f-1', file_name: '1.csv', migration_batch_id: 'b1' });
    expect(await reader.readCatalogue()).toMatchObject({
      batchIds: ['b1'],
      userIds: ['u1', 'u2'],
      recordCount: 3,
      failedCount: 1,
      firstDay: '2024-01-15',
      lastDay: '2024-02-01',
    });
  });

  test('counts a batch, and a counter that is not kept is no disagreement', async () => {
    const { path } = aSavedFileDatabase(records);
    const reader = await readerOf(openD1Database({ path }));

    expect(await reader.readBatches('all')).toMatchObject([
      {
        batchId: 'b1',
        stored: { completed: 2, failed: 1, verified: records === 'whole' ? 0 : null },
        recomputed: { records: 3, completed: 2, failed: 1 },
        countersAgree: true,
      },
    ]);
  });
});

describe('writing to a saved-file D1', () => {
  test('compares the marks: one that moved is a conflict, and nothing is written', async () => {
    const file = aSavedFileDatabase('whole');
    file.connection.exec("DELETE FROM file_migration_records WHERE id <> '1'");
    const change = changing(await theRecord(file.path), { status: 'rolled_back' });
    file.connection.exec("UPDATE list_cutter_savedfile SET migrated_at = '2030-01-01 00:00:00'");

    const result = await applyOne(openD1Database({ path: file.path }), change);

    expect(result).toMatchObject({
      result: 'conflict',
      found: { status: 'completed', file: { marks: { migratedAt: '2030-01-01 00:00:00' } } },
    });
  });

  test.each([
    ['after', { completedAt: '2025-01-01 00:00:00' }, {}],
    ['before', {}, { completedAt: '2025-01-01 00:00:00' }],
  ])(
    'is a conflict where a value %s is for a column that is not there',
    async (_, after, before) => {
      const file = aSavedFileDatabase('sparse');
      file.connection.exec("DELETE FROM file_migration_records WHERE id <> '1'");
      const change = changing(await theRecord(file.path), { status: 'rolled_back', ...after });

      const result = await applyOne(openD1Database({ path: file.path }), {
        ...change,
        before: { ...change.before, ...before },
      });

      expect(result).toMatchObject({ result: 'conflict', found: { status: 'completed' } });
    },
  );

  test('leaves a batch alone for a counter that is not there, and changes it without', async () => {
    const { path } = aSavedFileDatabase('sparse');
    const database = openD1Database({ path });
    const reader = await readerOf(database);
    const before = (await reader.readBatchValues(['b1'])).get('b1');
    const writer = await database.openWriter();
    onTestFinished(() => writer.close());
    if (before === undefined) throw new Error('The batch is gone.');
    const after = { ...before, completedFiles: 0, status: 'rolled_back' };

    const refused = await writer.applyBatchChanges([
      { batchId: 'b1', before, after: { ...after, verifiedFiles: 0 } },
    ]);
    const applied = await writer.applyBatchChanges([{ batchId: 'b1', before, after }]);

    expect([...refused, ...applied].map(({ result }) => result)).toEqual(['conflict', 'applied']);
    expect((await reader.readBatchValues(['b1'])).get('b1')).toEqual(after);
  });
});

describe('D1 with a mapping file', () => {
  const custom: CustomMapping = {
    source: 'mapping.yaml',
    tables: {
      batches: {
        name: 'MIGRATION_Batches',
        schema: null,
        columns: { batchId: 'Batch_ID', status: 'STATUS' },
      },
      records: {
        name: 'File_Migrations',
        schema: null,
        columns: { id: 'ID', batchId: 'BATCH_ID', fileId: 'File_Id', status: 'Status' },
      },
      files: {
        name: 'FILES',
        schema: null,
        columns: { id: 'Id', r2Key: 'R2_Key', sourcePath: 'FileName' },
      },
    },
  };

  test('compares names without case, as SQLite does', async () => {
    const file = aD1File();
    file.insert('file_migrations', [aRecordRow('1')]);
    file.insert('files', [aFileRow('1')]);
    file.insert('migration_batches', [aBatchRow('b1')]);

    const reader = await readerOf(openD1Database({ path: file.path, customMapping: custom }));

    expect(await all(reader.streamRecords(everything, 10))).toMatchObject([
      {
        recordId: '1',
        sourcePath: '1.csv',
        targetKey: null,
        file: { r2Key: 'files/1', marks: null },
      },
    ]);
  });

  test('has no record in a range of days when no column says when', async () => {
    const file = aD1File();
    file.insert('file_migrations', [aRecordRow('1')]);
    const reader = await readerOf(openD1Database({ path: file.path, customMapping: custom }));
    const scope = Scope.parse({ startDate: '2000-01-01' });

    expect(await reader.countRecords({ scope, include: 'all' })).toBe(0);
    expect(await reader.readCatalogue()).toMatchObject({ firstDay: null, lastDay: null });
  });
});
