import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import type { FullRow } from '../../../src/main/core/ports/migration-database.ts';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { aD1File, type HandMadeD1File, schemaWith } from '../../support/d1/d1-file.ts';
import { referenceSchema } from '../../support/d1/reference-schema.ts';
import { applyOne, changing, theRecord } from '../../support/d1/values.ts';

/** A D1 file with record 1 and its file, whose `completed_at` is the SQL expression `stored`. */
function aFileWithTime(stored: string, type = 'DATETIME'): HandMadeD1File {
  const file = aD1File({ schema: schemaWith('completed_at', type) });
  file.insert('file_migrations', [aRecordRow('1')]);
  file.insert('files', [aFileRow('1')]);
  file.connection.exec(`UPDATE file_migrations SET completed_at = ${stored}`);
  return file;
}

/** The stored cell, with its storage class, as SQLite itself sees it. */
function storedTime({ connection }: HandMadeD1File): unknown {
  return connection
    .prepare(
      'SELECT typeof(completed_at), completed_at, hex(CAST(completed_at AS BLOB)) FROM file_migrations',
    )
    .raw()
    .safeIntegers()
    .get();
}

async function changeAndBack(file: HandMadeD1File): Promise<readonly unknown[]> {
  const database = openD1Database({ path: file.path });
  const change = changing(await theRecord(file.path), { completedAt: '2024-06-01 12:00:00' });
  const there = await applyOne(database, change);
  expect(storedTime(file)).toContain('2024-06-01 12:00:00');
  const back = await applyOne(database, { ...change, before: change.after, after: change.before });
  return [there?.result, back?.result];
}

describe('cell', () => {
  test.for([
    ['SQL text', "'2024-01-15 10:00:00'", 'DATETIME'],
    ['ISO text', "'2024-01-15T10:00:00.123Z'", 'DATETIME'],
    ['Unix seconds', '1705312800', 'DATETIME'],
    ['Unix milliseconds', '1705312800123', 'INTEGER'],
    ['2^53 + 1', '9007199254740993', 'DATETIME'],
    ['the smallest integer', '-9223372036854775808', 'INTEGER'],
    ['a Julian day', '2460325.9166666665', 'DATETIME'],
    ['a real with no fraction', '2460325.0', 'REAL'],
    ['a whole real beyond 2^53', '37632074699182008.0', 'REAL'],
    ['a real of 17 digits', '0.30000000000000004', 'DATETIME'],
    ['a denormal real', '5e-324', 'REAL'],
    ['2^63 as a real', '9223372036854775808.0', 'DATETIME'],
    ['infinity', '9e999', 'DATETIME'],
    ['minus infinity', '-9e999', 'REAL'],
    ['digits as text', "'0017'", 'TEXT'],
    ['text with an exponent', "'1e5'", 'VARCHAR(40)'],
    ['text without a type', "'17'", ''],
    ['text in a BLOB column', "'17'", 'BLOB'],
    ['empty text', "''", 'DATETIME'],
    ['NULL', 'NULL', 'DATETIME'],
    ['Unicode', "'日本 \u{1F600} é'", 'DATETIME'],
    ['text with a NUL', "'a' || char(0) || 'b'", 'DATETIME'],
    ['a stored replacement character', 'char(65533)', 'DATETIME'],
  ] as const)('with %s is changed and comes back bit for bit', async ([, stored, type]) => {
    const file = aFileWithTime(stored, type);
    const original = storedTime(file);

    expect(await changeAndBack(file)).toEqual(['applied', 'applied']);
    expect(storedTime(file)).toEqual(original);
  });

  test.for([
    ['2^53 + 1', '9007199254740993', 'DATETIME'],
    ['a Julian day', '2460325.9166666665', 'DATETIME'],
    ['a real with no fraction', '2460325.0', 'REAL'],
    ['a denormal real', '5e-324', 'REAL'],
    ['minus infinity', '-9e999', 'REAL'],
    ['digits as text', "'0017'", 'TEXT'],
    ['text with a NUL', "'a' || char(0) || 'b'", 'DATETIME'],
  ] as const)('with %s is read out of a kept row as out of the table', async ([, stored, type]) => {
    const file = aFileWithTime(stored, type);
    const reader = await openD1Database({ path: file.path }).openReader();
    const { bytes } = await reader.readRowLines('file_migrations', ['1']);

    const kept = JSON.parse(Buffer.from(bytes).toString('utf8')) as FullRow;

    expect(reader.toRecord(kept, null).completedAt).toBe((await theRecord(file.path)).completedAt);
    await reader.close();
  });

  test('with any real comes back bit for bit', async () => {
    const file = aFileWithTime('NULL', 'REAL');
    const update = file.connection.prepare('UPDATE file_migrations SET completed_at = ?');
    const real = fc.double({ noNaN: true });

    await fc.assert(
      fc.asyncProperty(real, async (value) => {
        update.run(value);
        const original = storedTime(file);
        expect(await changeAndBack(file)).toEqual(['applied', 'applied']);
        expect(storedTime(file)).toEqual(original);
      }),
      { numRuns: 60 },
    );
  });

  test('with any integer of 64 bits comes back bit for bit', async () => {
    const file = aFileWithTime('NULL');
    const update = file.connection.prepare('UPDATE file_migrations SET completed_at = ?');
    const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

    await fc.assert(
      fc.asyncProperty(integer, async (value) => {
        update.run(value);
        expect((await theRecord(file.path)).completedAt).toBe(value.toString());
        expect(await changeAndBack(file)).toEqual(['applied', 'applied']);
      }),
      { numRuns: 60 },
    );
  });

  test('with 2^53 + 1 reads the same by every method', async () => {
    const file = aFileWithTime('9007199254740993');
    file.insert('migration_batches', [aBatchRow('b1', { completed_at: 9007199254740993n })]);
    const database = openD1Database({ path: file.path });
    const change = changing(await theRecord(file.path), { status: 'x' });
    const reader = await database.openReader();
    const [row] = await reader.readFullRows('file_migrations', ['1']);
    const drifted = { ...change, before: { ...change.before, status: 'moved' } };

    const found = [
      (await theRecord(file.path)).completedAt,
      (await reader.readRows([change])).get('1')?.completedAt,
      row?.['completed_at'],
      (await reader.readBatchValues(['b1'])).get('b1')?.completedAt,
      (await applyOne(database, drifted))?.found?.completedAt,
    ];

    expect(found).toEqual(Array(5).fill('9007199254740993'));
    await reader.close();
  });

  test.for([
    ['a BLOB', "x'00ff'", 'DATETIME'],
    ['a number in a column without a type', '17', ''],
    ['a number in a column of type ANY of a strict table', '17', 'ANY'],
    ['broken UTF-8', "CAST(x'61ff62' AS TEXT)", 'DATETIME'],
    ['UTF-8 that was cut off', "CAST(x'f09f98' AS TEXT)", 'DATETIME'],
  ] as const)('with %s is refused, naming column and row', async ([, stored, type]) => {
    const file = type === 'ANY' ? aStrictFile(stored) : aFileWithTime(stored, type);

    await expect(theRecord(file.path)).rejects.toMatchObject({
      code: 'DATABASE_INVALID',
      details: { table: 'file_migrations', column: 'completed_at', row: '1' },
    });
  });

  test.for([
    ['an integer', '-17', 'INTEGER'],
    ['the largest safe integer', '9007199254740991', 'INTEGER'],
    ['2^53', '9007199254740992', 'INTEGER'],
    ['-2^53', '-9007199254740992', 'INTEGER'],
    ['2^53 + 1', '9007199254740993', 'INTEGER'],
    ['a real', '0.1', 'REAL'],
    ['a whole real', '3.0', 'REAL'],
    ['infinity', '9e999', 'REAL'],
    ['digits as text', "'017'", 'TEXT'],
    ['text that is JSON', `'{"a": [1]}'`, 'TEXT'],
    ['text with quotes and control characters', `'"''\\' || char(10, 1, 127, 0, 8232)`, 'TEXT'],
    ['a stored replacement character', 'char(65533)', 'DATETIME'],
    ['text in a column without a type', "'a'", ''],
    ['NULL', 'NULL', ''],
  ] as const)('with %s has the same text in a line as in a row', async ([, stored, type]) => {
    const reader = await openD1Database({ path: aFileWithTime(stored, type).path }).openReader();

    const { bytes } = await reader.readRowLines('file_migrations', ['1']);

    const [row] = await reader.readFullRows('file_migrations', ['1']);
    expect(new TextDecoder().decode(bytes)).toBe(`${JSON.stringify(row)}\n`);
    await reader.close();
  });

  test.for([
    ['a table whose rows have no rowid', (sql: string) => `${sql.trimEnd()} WITHOUT ROWID`],
    [
      'a column that hides the rowid',
      (sql: string) => sql.replace('filename', 'rowid TEXT, filename'),
    ],
  ] as const)('of %s is read as a line too', async ([, change]) => {
    const schema = referenceSchema.map((sql) => (sql.includes('TABLE files') ? change(sql) : sql));
    const file = aD1File({ schema });
    file.insert('files', [aFileRow('1'), aFileRow('2')]);
    const reader = await openD1Database({ path: file.path }).openReader();

    const { rowCount, bytes } = await reader.readRowLines('files', ['f-1', 'f-2']);

    const rows = await reader.readFullRows('files', ['f-1', 'f-2']);
    expect(rowCount).toBe(2);
    expect(new TextDecoder().decode(bytes)).toBe(
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
    await reader.close();
  });

  test('with a real has its line beside rows that have none', async () => {
    const file = aFileWithTime('0.1', 'REAL');
    file.insert('file_migrations', [aRecordRow('2', { completed_at: null })]);
    const reader = await openD1Database({ path: file.path }).openReader();

    const { rowCount, bytes } = await reader.readRowLines('file_migrations', ['1', '2']);

    const rows = await reader.readFullRows('file_migrations', ['1', '2']);
    expect(rowCount).toBe(2);
    expect(new TextDecoder().decode(bytes)).toBe(
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
    await reader.close();
  });

  test.for([
    ['a BLOB', "x'00ff'", 'DATETIME'],
    ['a number in a column without a type', '17', ''],
    ['broken UTF-8', "CAST(x'61ff62' AS TEXT)", 'DATETIME'],
  ] as const)('with %s is refused in a line too', async ([, stored, type]) => {
    const reader = await openD1Database({ path: aFileWithTime(stored, type).path }).openReader();

    await expect(reader.readRowLines('file_migrations', ['1'])).rejects.toMatchObject({
      code: 'DATABASE_INVALID',
      details: { table: 'file_migrations', column: 'completed_at', row: '1' },
    });
    await reader.close();
  });

  test.for(["'12 MB'", '1.5', '9007199254740993'])(
    'of file_size that holds %s is refused: it is no size',
    async (size) => {
      const file = aFileWithTime('NULL');
      file.connection.exec(`UPDATE file_migrations SET file_size = ${size}`);

      await expect(theRecord(file.path)).rejects.toMatchObject({
        code: 'DATABASE_INVALID',
        details: { column: 'file_size', row: '1' },
      });
    },
  );
});

function aStrictFile(stored: string): HandMadeD1File {
  const schema = schemaWith('completed_at', 'ANY').map((sql) =>
    sql.replaceAll('DATETIME', 'TEXT').replace(/\)$/, ') STRICT'),
  );
  const file = aD1File({ schema });
  file.insert('file_migrations', [aRecordRow('1')]);
  file.connection.exec(`UPDATE file_migrations SET completed_at = ${stored}`);
  return file;
}

describe('id', () => {
  test('that is a number reads as text, in the order of its text', async () => {
    const file = aD1File({ schema: schemaWith('id', 'INTEGER') });
    file.insert(
      'file_migrations',
      [2, 10, 1].map((id) => aRecordRow('x', { id, file_id: id })),
    );
    file.insert('files', [aFileRow('x', { id: 10 })]);
    const reader = await openD1Database({ path: file.path }).openReader();
    const scope = { full: true, failedOnly: false, mode: 'both' } as const;

    const page = await reader.pageRecords({ scope, include: 'all' }, { offset: 0, limit: 9 });

    expect(page.map(({ recordId, file: row }) => [recordId, row?.userId])).toEqual([
      ['1', undefined],
      ['10', 'u1'],
      ['2', undefined],
    ]);
    await reader.close();
  });

  test('that is NULL, as SQLite allows, is refused', async () => {
    const file = aFileWithTime('NULL');
    file.connection.exec('UPDATE file_migrations SET id = NULL');

    await expect(theRecord(file.path)).rejects.toMatchObject({ code: 'DATABASE_INVALID' });
  });

  test('is compared byte by byte where the column ignores case', async () => {
    const file = aD1File({ schema: schemaWith('id', 'TEXT COLLATE NOCASE') });
    file.insert('file_migrations', [aRecordRow('a')]);
    file.insert('files', [aFileRow('A')]);

    expect(await theRecord(file.path)).toMatchObject({ recordId: 'a', file: null });
  });
});

test('a value that differs by case only is drift, where the column ignores case too', async () => {
  const file = aD1File({ schema: schemaWith('r2_key', 'TEXT COLLATE NOCASE') });
  file.insert('file_migrations', [aRecordRow('1')]);
  file.insert('files', [aFileRow('1')]);
  const change = changing(await theRecord(file.path), { status: 'rolled_back' });
  file.connection.exec('UPDATE files SET r2_key = upper(r2_key)');

  const result = await applyOne(openD1Database({ path: file.path }), change);

  expect(result?.result).toBe('conflict');
});

test('a status is counted byte by byte, where the column ignores case too', async () => {
  const file = aD1File({ schema: schemaWith('status', 'TEXT COLLATE NOCASE') });
  file.insert('file_migrations', [aRecordRow('1', { status: 'FAILED' })]);
  const reader = await openD1Database({ path: file.path }).openReader();

  const [batch] = await reader.readBatches('all');

  expect(batch?.recomputed).toMatchObject({ records: 1, failed: 0 });
  await reader.close();
});

describe('row among many', () => {
  const ids = Array.from({ length: 120 }, (_, index) => String(index));

  /** A D1 file with 120 records whose id `key` holds in place of that of record 60; `key` is SQL. */
  function aFileWithKey(key: string): HandMadeD1File {
    const file = aD1File({ schema: referenceSchema });
    file.insert(
      'file_migrations',
      ids.map((id) => aRecordRow(id, { status: `status-${id}` })),
    );
    file.connection.exec(`UPDATE file_migrations SET id = ${key} WHERE id = '60'`);
    return file;
  }

  async function read(file: HandMadeD1File, wanted: readonly string[]): Promise<readonly string[]> {
    const reader = await openD1Database({ path: file.path }).openReader();
    const rows = await reader.readRows(wanted.map((recordId) => ({ recordId, fileId: null })));
    await reader.close();
    return [...rows].map(([id, { status }]) => `${id} ${String(status)}`);
  }

  test.each([
    ['a BLOB', "x'3630'"],
    ['NULL', 'NULL'],
    ['text that is not valid UTF-8', "CAST(x'61ff' AS TEXT)"],
  ])('is read although another has %s for its id', async (_what, key) => {
    const others = ids.filter((id) => id !== '60');

    expect(await read(aFileWithKey(key), others)).toEqual(others.map((id) => `${id} status-${id}`));
  });

  test('is not taken for one whose id only looks the same once broken bytes are decoded', async () => {
    const looksLike = ids.map((id) => (id === '60' ? 'a\uFFFD' : id));

    expect(await read(aFileWithKey("CAST(x'61ff' AS TEXT)"), looksLike)).toHaveLength(119);
  });
});
