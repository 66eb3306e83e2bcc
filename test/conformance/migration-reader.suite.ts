import { describe, expect, test } from 'vitest';
import type {
  FullRow,
  MigrationReader,
  RecordSelector,
  TrackedTable,
} from '../../src/main/core/ports/migration-database.ts';
import { Scope } from '../../src/shared/domain/scope.ts';
import { aBatchRow, aFileRow, aRecordRow } from './migration-rows.ts';
import type { Subject } from './migration-subject.ts';

/** Everything in the database, or the records that the given selectors leave. */
function selecting(
  scope: Partial<Scope> = { full: true },
  include: RecordSelector['include'] = 'all',
): RecordSelector {
  return { scope: Scope.parse(scope), include };
}

async function idsOf(reader: MigrationReader, selector: RecordSelector): Promise<string[]> {
  const ids: string[] = [];
  for await (const chunk of reader.streamRecords(selector, 2)) {
    ids.push(...chunk.map(({ recordId }) => recordId));
  }
  return ids;
}

async function collect<T>(chunks: AsyncIterable<readonly T[]>): Promise<T[][]> {
  const all: T[][] = [];
  for await (const chunk of chunks) all.push([...chunk]);
  return all;
}

export function describeReader(subject: () => Subject): void {
  describe('reader', () => {
    test('runs on a session that the database keeps from writing', async () => {
      await expect(subject().attemptWriteOnReadOnlySession()).rejects.toThrow();
    });

    test('gives a record every field of its rows', async () => {
      await subject().insert('file_migrations', [aRecordRow('r1', { error_message: 'slow' })]);
      await subject().insert('files', [aFileRow('r1', { filename: 'naïve 日本 #1%.csv' })]);
      const reader = await subject().openReader();

      expect(await reader.pageRecords(selecting(), { offset: 0, limit: 10 })).toEqual([
        {
          recordId: 'r1',
          batchId: 'b1',
          fileId: 'f-r1',
          sourcePath: '/originals/r1.csv',
          targetKey: 'files/r1',
          originalChecksum: 'original-r1',
          migratedChecksum: 'migrated-r1',
          fileSizeBytes: 1234,
          errorMessage: 'slow',
          status: 'completed',
          completedAt: '2024-01-15 10:00:00',
          file: {
            filename: 'naïve 日本 #1%.csv',
            userId: 'u1',
            r2Key: 'files/r1',
            checksum: 'migrated-r1',
            updatedAt: '2024-01-15 10:00:01',
            marks: null,
          },
        },
      ]);
    });

    test('gives a record without a file row no file, and NULL as null', async () => {
      await subject().insert('file_migrations', [
        aRecordRow('r1'),
        aRecordRow('r2', { file_id: null, file_size: null, status: null, source_path: '' }),
      ]);
      const reader = await subject().openReader();

      const [first, second] = await reader.pageRecords(selecting(), { offset: 0, limit: 10 });

      expect(first).toMatchObject({ fileId: 'f-r1', file: null });
      expect(second).toMatchObject({
        fileId: null,
        file: null,
        fileSizeBytes: null,
        status: null,
        sourcePath: '',
      });
    });

    describeScopes(subject);
    describeExtent(subject);
    describeStreams(subject);
    describeRows(subject);
    describeBatches(subject);
    describeCatalogue(subject);
  });
}

function describeScopes(subject: () => Subject): void {
  const records = [
    aRecordRow('1', { batch_id: 'b1', status: 'completed' }),
    aRecordRow('2', { batch_id: 'b1', status: 'failed' }),
    aRecordRow('3', { batch_id: 'b2', status: 'failed', started_at: '2024-02-01 00:00:00' }),
    aRecordRow('4', { batch_id: 'b2', status: 'rolled_back', started_at: '2024-02-02 23:59:59' }),
    aRecordRow('5', { batch_id: 'b2', status: null, started_at: null }),
    aRecordRow('6', { batch_id: 'B1', status: 'verified', started_at: '2024-02-03 00:00:00' }),
  ];
  const files = ['1', '2', '3', '4', '5'].map((id) =>
    aFileRow(id, { user_id: id === '2' || id === '3' ? 'u2' : 'u1' }),
  );

  test.for([
    ['everything', { full: true }, ['1', '2', '3', '4', '5', '6']],
    ['no selector at all', {}, ['1', '2', '3', '4', '5', '6']],
    ['a batch, by its exact name', { batchId: 'b1' }, ['1', '2']],
    ['a user, through the file row', { userId: 'u2' }, ['2', '3']],
    ['failures only', { failedOnly: true }, ['2', '3']],
    ['a batch and a user', { batchId: 'b1', userId: 'u2' }, ['2']],
    ['a batch, a user and failures', { batchId: 'b2', userId: 'u1', failedOnly: true }, []],
    ['a first day', { startDate: '2024-02-01' }, ['3', '4', '6']],
    ['a last day', { endDate: '2024-02-01' }, ['1', '2', '3', '5']],
    ['days that include both ends', { startDate: '2024-02-01', endDate: '2024-02-02' }, ['3', '4']],
    ['created_at where started_at is NULL', { batchId: 'b2', endDate: '2024-01-15' }, ['5']],
    ['an unknown batch', { batchId: 'b9' }, []],
  ] as const)('selects %s', async ([, scope, expected]) => {
    await subject().insert('file_migrations', records);
    await subject().insert('files', files);
    const reader = await subject().openReader();

    expect((await idsOf(reader, selecting(scope))).toSorted()).toEqual(expected);
    expect(await reader.countRecords(selecting(scope))).toBe(expected.length);
  });

  test('leaves out records that are rolled back when only live ones are asked for', async () => {
    await subject().insert('file_migrations', records);
    const reader = await subject().openReader();
    const live = selecting({ batchId: 'b2' }, 'live');

    expect((await idsOf(reader, live)).toSorted()).toEqual(['3', '5']);
    expect(await reader.countRecords(live)).toBe(2);
  });
}

function describeExtent(subject: () => Subject): void {
  test('measures the records of each status: NULL first, sizes that are not known apart', async () => {
    await subject().insert('file_migrations', [
      aRecordRow('1', { status: 'completed', file_size: 9_007_199_254_740 }),
      aRecordRow('2', { status: 'completed', file_size: null }),
      aRecordRow('3', { status: 'Completed', file_size: 0 }),
      aRecordRow('4', { status: null, file_size: 7 }),
      aRecordRow('5', { status: 'failed', batch_id: 'b2', file_size: 5 }),
    ]);
    await subject().insert('files', [aFileRow('1', { user_id: 'u2' })]);
    const reader = await subject().openReader();

    expect(await reader.measureRecords(selecting())).toEqual([
      { status: null, records: 1, bytes: 7, recordsWithoutSize: 0 },
      { status: 'Completed', records: 1, bytes: 0, recordsWithoutSize: 0 },
      { status: 'completed', records: 2, bytes: 9_007_199_254_740, recordsWithoutSize: 1 },
      { status: 'failed', records: 1, bytes: 5, recordsWithoutSize: 0 },
    ]);
    expect(await reader.measureRecords(selecting({ batchId: 'b2' }))).toEqual([
      { status: 'failed', records: 1, bytes: 5, recordsWithoutSize: 0 },
    ]);
    expect(await reader.measureRecords(selecting({ userId: 'u2' }))).toHaveLength(1);
    expect(await reader.measureRecords(selecting({ batchId: 'b9' }))).toEqual([]);
  });
}

function describeStreams(subject: () => Subject): void {
  const inByteOrder = ['', '10', '9', 'B', 'Z', 'a', 'b', 'ä', '\uFF5E', '\u{1F600}'];

  test('streams each record once, in the same order each time', async () => {
    const ids = inByteOrder.toReversed();
    await subject().insert(
      'file_migrations',
      ids.map((id) => aRecordRow(id)),
    );
    await subject().insert(
      'files',
      inByteOrder.slice(3).map((id) => aFileRow(id)),
    );
    const reader = await subject().openReader();

    const streamed = await idsOf(reader, selecting());

    expect(streamed.toSorted()).toEqual(ids.toSorted());
    expect(await idsOf(reader, selecting())).toEqual(streamed);
    expect(await idsOf(reader, selecting({ batchId: 'b1' }))).toEqual(streamed);
  });

  test('pages in byte order of the ids, whichever way they were inserted', async () => {
    await subject().insert(
      'file_migrations',
      inByteOrder.toReversed().map((id) => aRecordRow(id)),
    );
    const reader = await subject().openReader();

    const page = await reader.pageRecords(selecting(), { offset: 0, limit: 20 });

    expect(page.map(({ recordId }) => recordId)).toEqual(inByteOrder);
  });

  test('streams the distinct object keys in byte order, of the record or else of its file', async () => {
    await subject().insert('file_migrations', [
      ...inByteOrder.toReversed().map((id) => aRecordRow(id, { target_r2_key: id })),
      aRecordRow('twice', { target_r2_key: 'a' }),
      aRecordRow('of its file', { target_r2_key: null }),
      aRecordRow('none', { target_r2_key: null }),
    ]);
    await subject().insert('files', [
      aFileRow('of its file', { r2_key: 'm' }),
      aFileRow('none', { r2_key: null }),
    ]);
    const reader = await subject().openReader();

    const keys = (await collect(reader.streamObjectKeys(selecting(), 3))).flat();

    expect(keys).toEqual(['10', '9', 'B', 'Z', 'a', 'b', 'm', 'ä', '\uFF5E', '\u{1F600}']);
  });

  test('streams chunks of the size that was asked for, the last one shorter', async () => {
    const ids = ['1', '2', '3', '4', '5'];
    await subject().insert(
      'file_migrations',
      ids.map((id) => aRecordRow(id)),
    );
    const reader = await subject().openReader();

    const chunks = await collect(reader.streamRecords(selecting(), 2));

    expect(chunks.map((chunk) => chunk.length)).toEqual([2, 2, 1]);
    expect(chunks.flatMap((chunk) => chunk.map(({ recordId }) => recordId)).toSorted()).toEqual(
      ids,
    );
  });

  test('streams nothing from an empty scope', async () => {
    const reader = await subject().openReader();

    expect(await collect(reader.streamRecords(selecting(), 2))).toEqual([]);
  });

  test('pages the records by offset and limit', async () => {
    const ids = ['5', '3', '1', '4', '2'];
    await subject().insert(
      'file_migrations',
      ids.map((id) => aRecordRow(id)),
    );
    const reader = await subject().openReader();

    const page = await reader.pageRecords(selecting(), { offset: 1, limit: 3 });

    expect(page.map(({ recordId }) => recordId)).toEqual(['2', '3', '4']);
    expect(await reader.pageRecords(selecting(), { offset: 5, limit: 3 })).toEqual([]);
  });

  test('shows a stream one state of the database from its first to its last chunk', async () => {
    await subject().insert(
      'file_migrations',
      ['1', '2', '3'].map((id) => aRecordRow(id)),
    );
    const reader = await subject().openReader();
    const statuses: (string | null)[] = [];

    for await (const [record] of reader.streamRecords(selecting(), 1)) {
      statuses.push(record?.status ?? null);
      await subject().execute("UPDATE file_migrations SET status = 'failed'");
      await subject().insert('file_migrations', [aRecordRow(`9${String(statuses.length)}`)]);
    }

    expect(statuses).toEqual(['completed', 'completed', 'completed']);
  });

  test('answers other questions while a stream is open, also one that was left early', async () => {
    await subject().insert(
      'file_migrations',
      ['1', '2', '3'].map((id) => aRecordRow(id)),
    );
    const reader = await subject().openReader();

    for await (const chunk of reader.streamRecords(selecting(), 1)) {
      expect(chunk).toHaveLength(1);
      expect(await reader.countRecords(selecting())).toBe(3);
      break;
    }

    expect(await reader.countRecords(selecting())).toBe(3);
  });

  test('ends the streams that nobody finished when it closes', async () => {
    await subject().insert(
      'file_migrations',
      ['1', '2'].map((id) => aRecordRow(id)),
    );
    const reader = await subject().database.openReader();
    const stream = reader.streamRecords(selecting(), 1)[Symbol.asyncIterator]();
    await stream.next();

    await reader.close();

    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('streams everything that points at an object, but no record that was rolled back', async () => {
    await subject().insert('files', [
      aFileRow('1', { r2_key: 'shared' }),
      aFileRow('2', { r2_key: null }),
    ]);
    await subject().insert('file_migrations', [
      aRecordRow('1', { target_r2_key: 'shared', status: 'failed' }),
      aRecordRow('2', { target_r2_key: 'gone', status: 'rolled_back' }),
      aRecordRow('3', { target_r2_key: 'odd', status: null, file_id: null }),
      aRecordRow('4', { target_r2_key: null }),
    ]);
    const reader = await subject().openReader();

    const chunks = await collect(reader.streamReferences(2));

    expect(chunks.map((chunk) => chunk.length)).toEqual([2, 1]);
    expect(new Set(chunks.flat())).toEqual(
      new Set([
        { key: 'shared', table: 'files', id: 'f-1', fileId: null, status: null },
        { key: 'shared', table: 'file_migrations', id: '1', fileId: 'f-1', status: 'failed' },
        { key: 'odd', table: 'file_migrations', id: '3', fileId: null, status: null },
      ]),
    );
  });

  describe('of references by key', () => {
    const after = async (afterKey: string | null) => {
      const reader = await subject().openReader();
      return (await collect(reader.streamReferencesByKey({ afterKey, chunkSize: 2 }))).flat();
    };

    test('has them in the order of the bytes of key, table and id, with the recorded size', async () => {
      await subject().insert('files', [aFileRow('1', { r2_key: 'b' })]);
      await subject().insert('file_migrations', [
        aRecordRow('9', { target_r2_key: 'b', file_size: 7 }),
        aRecordRow('10', { target_r2_key: 'b', file_size: null }),
        aRecordRow('3', { target_r2_key: 'B' }),
        aRecordRow('4', { target_r2_key: '\u{ff5e}' }),
        aRecordRow('5', { target_r2_key: '\u{1f600}' }),
        aRecordRow('6', { target_r2_key: 'a', status: 'rolled_back' }),
        aRecordRow('7', { target_r2_key: '' }),
      ]);

      const found = await after(null);

      expect(found.map(({ key, table, id }) => [key, table, id])).toEqual([
        ['B', 'file_migrations', '3'],
        ['b', 'file_migrations', '10'],
        ['b', 'file_migrations', '9'],
        ['b', 'files', 'f-1'],
        ['\u{ff5e}', 'file_migrations', '4'],
        ['\u{1f600}', 'file_migrations', '5'],
      ]);
      expect(found[2]).toEqual({
        key: 'b',
        table: 'file_migrations',
        id: '9',
        fileId: 'f-9',
        status: 'completed',
        sizeBytes: 7,
      });
      expect([found[1]?.sizeBytes, found[3]?.sizeBytes]).toEqual([null, null]);
    });

    test('begins after the key that is named', async () => {
      await subject().insert('files', [
        aFileRow('1', { r2_key: 'a' }),
        aFileRow('2', { r2_key: 'b' }),
        aFileRow('3', { r2_key: 'b0' }),
      ]);

      expect((await after('b')).map(({ key }) => key)).toEqual(['b0']);
      expect((await after('Z')).map(({ key }) => key)).toEqual(['a', 'b', 'b0']);
    });
  });
}

function describeRows(subject: () => Subject): void {
  test('reads the present values of named rows and leaves out those that are gone', async () => {
    await subject().insert('file_migrations', [aRecordRow('1'), aRecordRow('2'), aRecordRow('3')]);
    await subject().insert('files', [aFileRow('1'), aFileRow('2')]);
    const reader = await subject().openReader();

    const rows = await reader.readRows([
      { recordId: '1', fileId: 'f-1' },
      { recordId: '2', fileId: null },
      { recordId: '3', fileId: 'f-3' },
      { recordId: 'gone', fileId: 'f-1' },
    ]);

    const record = { status: 'completed', completedAt: '2024-01-15 10:00:00' };
    const file = {
      r2Key: 'files/1',
      checksum: 'migrated-1',
      updatedAt: '2024-01-15 10:00:01',
      marks: null,
    };
    expect(Object.fromEntries(rows)).toEqual({
      '1': { ...record, file },
      '2': { ...record, file: null },
      '3': { ...record, file: null },
    });
  });

  test('reads 5,000 rows at once', async () => {
    const ids = Array.from({ length: 5000 }, (_, index) => String(index));
    await subject().insert(
      'file_migrations',
      ids.map((id) => aRecordRow(id)),
    );
    const reader = await subject().openReader();

    const rows = await reader.readRows(ids.map((recordId) => ({ recordId, fileId: null })));

    expect(rows.size).toBe(5000);
    expect(await reader.readFullRows('file_migrations', ids)).toHaveLength(5000);
  });

  test('gives each of many records its own values, and none to those that are gone', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => String(index));
    await subject().insert(
      'file_migrations',
      ids.slice(0, 115).map((id) => aRecordRow(id, { status: `status-${id}` })),
    );
    await subject().insert(
      'files',
      ids.slice(0, 115).map((id) => aFileRow(id)),
    );
    const reader = await subject().openReader();
    const mixed = ids.toSorted(
      (a, b) => (Number(a) % 7) - (Number(b) % 7) || Number(a) - Number(b),
    );

    const rows = await reader.readRows(mixed.map((id) => ({ recordId: id, fileId: `f-${id}` })));

    const seen = [...rows].map(([id, { status, file }]) => [id, status, file?.r2Key ?? null]);
    const expected = mixed.filter((id) => Number(id) < 115);
    expect(new Set(seen.map(String))).toEqual(
      new Set(expected.map((id) => `${id},status-${id},files/${id}`)),
    );
    expect(seen).toHaveLength(115);
  });

  test.each<[string, (id: number) => Partial<{ fileId: string | null; wanted: boolean }>]>([
    ['in their order', () => ({})],
    ['with others between them', (id) => ({ wanted: id % 3 !== 1 })],
    ['some without a file row', (id) => (id % 5 === 0 ? { fileId: null } : {})],
    ['some with a file row that is gone', (id) => (id % 50 === 7 ? { fileId: 'gone' } : {})],
    ['two with one file row', (id) => (id === 40 ? { fileId: 'f-39' } : {})],
    ['with file rows in another order', (id) => ({ fileId: `f-${String(199 - id)}` })],
    ['with file rows far apart', (id) => ({ fileId: `f-${String((id * 67) % 200)}` })],
  ])('gives many records the values that each has by itself, %s', async (_lying, arrange) => {
    const ids = Array.from({ length: 200 }, (_, index) => index);
    const rows = ids.map((id) => aRecordRow(String(id), { status: `status-${String(id)}` }));
    await subject().insert('file_migrations', rows);
    await subject().insert(
      'files',
      ids.map((id) => aFileRow(String(id))),
    );
    const addresses = ids.flatMap((id) => {
      const { fileId = `f-${String(id)}`, wanted = true } = arrange(id);
      return wanted ? [{ recordId: String(id), fileId }] : [];
    });
    const reader = await subject().openReader();

    const together = await reader.readRows(addresses);

    const alone = await Promise.all(addresses.map((address) => reader.readRows([address])));
    expect([...together].toSorted()).toEqual(alone.flatMap((one) => [...one]).toSorted());
    expect(together.size).toBe(addresses.length);
  });

  test('reads whole rows, extra columns too, and leaves out those that are gone', async () => {
    await subject().execute('ALTER TABLE files ADD COLUMN note TEXT');
    await subject().insert('files', [
      aFileRow('1', { note: 'kept', r2_key: null }),
      aFileRow('2', { note: '' }),
    ]);
    const reader = await subject().openReader();

    const rows = await reader.readFullRows('files', ['f-2', 'gone', 'f-1']);

    expect(rows).toEqual([
      aFileRow('2', { note: '' }),
      aFileRow('1', { note: 'kept', r2_key: null }),
    ]);
  });

  test('reads out of whole rows that were kept what its other methods give', async () => {
    await subject().insert('file_migrations', [
      aRecordRow('1', { error_message: 'slow' }),
      aRecordRow('2', { file_id: null, file_size: null, status: null, completed_at: null }),
    ]);
    await subject().insert('files', [aFileRow('1', { filename: 'a "b" \u{1F600}' })]);
    await subject().insert('migration_batches', [aBatchRow('b1', { verified_files: null })]);
    const reader = await subject().openReader();
    const kept = async (table: TrackedTable, id: string): Promise<FullRow | null> => {
      const { bytes } = await reader.readRowLines(table, [id]);
      const line = Buffer.from(bytes).toString('utf8');
      return line === '' ? null : (JSON.parse(line) as FullRow);
    };

    const records = [];
    for (const id of ['1', '2']) {
      const row = (await kept('file_migrations', id)) ?? {};
      records.push(reader.toRecord(row, await kept('files', `f-${id}`)));
    }

    expect(records).toEqual(await reader.pageRecords(selecting(), { offset: 0, limit: 10 }));
    expect(reader.toBatchValues((await kept('migration_batches', 'b1')) ?? {})).toEqual(
      (await reader.readBatchValues(['b1'])).get('b1'),
    );
  });

  test('reads whole rows as lines with the same content, in the same order', async () => {
    const file = { filename: 'a "b" \\ \n \u0001 \u2028 ä \u{1F600}', r2_key: null };
    await subject().insert('files', [aFileRow('1', file), aFileRow('2', { filename: '' })]);
    await subject().insert('migration_batches', [aBatchRow('b1')]);
    const reader = await subject().openReader();

    for (const [table, ids] of [
      ['files', ['f-2', 'gone', 'f-1']],
      ['files', ['gone']],
      ['migration_batches', ['b1']],
    ] as const) {
      const lines = await reader.readRowLines(table, ids);

      const rows = await reader.readFullRows(table, ids);
      expect(new TextDecoder().decode(lines.bytes)).toBe(
        rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
      );
      expect(lines.rowCount).toBe(rows.length);
    }
  });

  test.each([
    ['side by side', ['f-1', 'f-2', 'f-3', 'f-4', 'f-5', 'f-6']],
    ['with others between them', ['f-1', 'f-3', 'f-4', 'f-6']],
    ['with one that is gone at the end', ['f-2', 'f-3', 'f-9']],
    ['with one that is gone between them', ['f-1', 'f-2', 'f-9', 'f-3', 'f-4']],
    ['in another order than they lie in', ['f-5', 'f-4', 'f-6', 'f-3']],
    ['far apart', ['f-1', 'f-6']],
  ])('reads as lines the rows that were asked for and no others: %s', async (_how, ids) => {
    const texts = ['plain', 'a "b" \\ \n \u0001', 'tab\t', '\u001f\u001e\u001d', '', 'ä\u{1F600}'];
    await subject().insert(
      'files',
      texts.map((filename, index) => aFileRow(String(index + 1), { filename, r2_key: null })),
    );
    const reader = await subject().openReader();

    const lines = await reader.readRowLines('files', ids);

    const rows = await reader.readFullRows('files', ids);
    expect(new TextDecoder().decode(lines.bytes)).toBe(
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
    expect(lines.rowCount).toBe(ids.filter((id) => id !== 'f-9').length);
  });

  test('reads whole batch rows by batch id, numbers as numbers', async () => {
    await subject().insert('migration_batches', [aBatchRow('b1'), aBatchRow('b2')]);
    const reader = await subject().openReader();

    expect(await reader.readFullRows('migration_batches', ['b2'])).toEqual([
      {
        ...aBatchRow('b2'),
        total_files: 1,
        completed_files: 1,
        failed_files: 0,
        verified_files: 0,
      },
    ]);
  });
}

function describeBatches(subject: () => Subject): void {
  const statuses = [
    'pending',
    'processing',
    'completed',
    'completed',
    'verified',
    'failed',
    'rolled_back',
  ];

  test('counts a batch again from its records: a verified file is completed as well', async () => {
    await subject().insert(
      'file_migrations',
      statuses.map((status, index) => aRecordRow(String(index), { status })),
    );
    await subject().insert('migration_batches', [
      aBatchRow('b1', {
        total_files: 7,
        completed_files: 3,
        failed_files: 1,
        verified_files: 1,
      }),
    ]);
    const reader = await subject().openReader();

    expect(await reader.readBatches('all')).toEqual([
      {
        batchId: 'b1',
        status: 'completed',
        totalFiles: 7,
        stored: { completed: 3, failed: 1, verified: 1 },
        recomputed: {
          records: 7,
          completed: 3,
          failed: 1,
          verified: 1,
          pending: 2,
          rolledBack: 1,
        },
        countersAgree: true,
        startedAt: '2024-01-15 09:00:00',
        completedAt: '2024-01-15 11:00:00',
      },
    ]);
  });

  test.for([
    ['completed_files', { completed_files: 2 }],
    ['failed_files', { failed_files: 1 }],
    ['verified_files', { verified_files: 1 }],
  ] as const)('says that the counters disagree when %s is off', async ([, counter]) => {
    await subject().insert('file_migrations', [aRecordRow('1')]);
    await subject().insert('migration_batches', [aBatchRow('b1', counter)]);
    const reader = await subject().openReader();

    expect(await reader.readBatches(['b1'])).toMatchObject([{ countersAgree: false }]);
  });

  test('lists batches by id, those that only have a row or only have records too', async () => {
    await subject().insert('file_migrations', [
      aRecordRow('1', { batch_id: 'ä' }),
      aRecordRow('2', { batch_id: 'B' }),
    ]);
    await subject().insert('migration_batches', [
      aBatchRow('a', { completed_files: null, failed_files: null, verified_files: null }),
      aBatchRow('B'),
    ]);
    const reader = await subject().openReader();

    expect(await reader.readBatches('all')).toMatchObject([
      { batchId: 'B', status: 'completed', recomputed: { records: 1 }, countersAgree: true },
      { batchId: 'a', status: 'completed', recomputed: { records: 0 }, countersAgree: true },
      { batchId: 'ä', status: null, totalFiles: null, countersAgree: false },
    ]);
    expect(await reader.readBatches(['ä', 'gone'])).toMatchObject([{ batchId: 'ä' }]);
    expect(await reader.readBatches([])).toEqual([]);
  });

  test('reads the stored values of named batches and leaves out those without a row', async () => {
    await subject().insert('migration_batches', [
      aBatchRow('b1', { failed_files: null, completed_at: null }),
      aBatchRow('b2'),
    ]);
    const reader = await subject().openReader();

    expect(Object.fromEntries(await reader.readBatchValues(['b1', 'gone']))).toEqual({
      b1: {
        completedFiles: 1,
        failedFiles: null,
        verifiedFiles: 0,
        status: 'completed',
        completedAt: null,
      },
    });
  });
}

function describeCatalogue(subject: () => Subject): void {
  test('says what exists', async () => {
    await subject().insert('file_migrations', [
      aRecordRow('1', { started_at: '2024-03-01 12:00:00', status: 'failed' }),
      aRecordRow('2', { started_at: null, batch_id: 'b0' }),
    ]);
    await subject().insert('files', [aFileRow('1'), aFileRow('2', { user_id: 'u0' })]);
    await subject().insert('migration_batches', [aBatchRow('empty')]);
    const reader = await subject().openReader();

    expect(await reader.readCatalogue()).toEqual({
      batchIds: ['b0', 'b1', 'empty'],
      userIds: ['u0', 'u1'],
      recordCount: 2,
      failedCount: 1,
      firstDay: '2024-01-15',
      lastDay: '2024-03-01',
    });
  });

  test('says that nothing exists', async () => {
    const reader = await subject().openReader();

    expect(await reader.readCatalogue()).toEqual({
      batchIds: [],
      userIds: [],
      recordCount: 0,
      failedCount: 0,
      firstDay: null,
      lastDay: null,
    });
  });

  test('lists at most 20 ids of each kind', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => String(index + 10));
    await subject().insert(
      'file_migrations',
      ids.map((id) => aRecordRow(id, { batch_id: `b${id}` })),
    );
    await subject().insert(
      'files',
      ids.map((id) => aFileRow(id, { user_id: `u${id}` })),
    );
    const reader = await subject().openReader();

    const { batchIds, userIds } = await reader.readCatalogue();

    expect(batchIds).toEqual(ids.slice(0, 20).map((id) => `b${id}`));
    expect(userIds).toEqual(ids.slice(0, 20).map((id) => `u${id}`));
  });
}
