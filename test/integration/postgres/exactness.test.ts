import { describe, expect, test } from 'vitest';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { applyOne, changing } from '../../support/d1/values.ts';
import {
  aMigrationDatabase,
  type MigrationOnPostgres,
  schemaWith,
  theRecordOf,
} from '../../support/postgres/a-migration-database.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

const server = aPostgresServer();

/** Record 1 and its file, whose `column` has the type `type` and holds the SQL expression `stored`. */
async function withCell(cell: {
  readonly column: string;
  readonly type: string;
  readonly stored: string;
}): Promise<MigrationOnPostgres> {
  const own = cell.type === 'mood' ? ["CREATE TYPE mood AS ENUM ('completed', 'rolled_back')"] : [];
  const citext = cell.type === 'citext' ? ['CREATE EXTENSION citext'] : [];
  const domain = cell.type === 'short' ? ['CREATE DOMAIN short AS varchar(12)'] : [];
  const schema = schemaWith({ [cell.column]: 'TEXT' });
  const migration = await aMigrationDatabase(server(), {
    schema: [...own, ...citext, ...domain, ...schema],
  });
  await migration.insert('file_migrations', [aRecordRow('1', { [cell.column]: null })]);
  await migration.insert('files', [aFileRow('1')]);
  await migration.run(
    `ALTER TABLE file_migrations ALTER ${cell.column} TYPE ${cell.type} USING NULL::${cell.type}`,
  );
  await migration.run(`UPDATE file_migrations SET ${cell.column} = ${cell.stored}`);
  return migration;
}

/** The stored bytes, as the server itself sends them in binary. */
function storedBytes(migration: MigrationOnPostgres, column: string): Promise<string | null> {
  return migration.cell(
    `SELECT ${column}::text || ' ' || md5(row(${column})::text) || ' ' || pg_column_size(${column}) FROM file_migrations`,
  );
}

async function changeAndBack(
  migration: MigrationOnPostgres,
  after: Parameters<typeof changing>[1],
): Promise<readonly unknown[]> {
  const change = changing(await theRecordOf(migration.database), after);
  const there = await applyOne(migration.database, change);
  const back = await applyOne(migration.database, {
    ...change,
    before: change.after,
    after: change.before,
  });
  return [there?.result, back?.result];
}

describe('time', () => {
  test.for([
    ['timestamp with microseconds', 'timestamp', "'2024-01-15 10:00:00.123456'"],
    ['timestamp of milliseconds', 'timestamp(3)', "'2024-01-15 10:00:00.12'"],
    ['timestamptz with microseconds', 'timestamptz', "'2024-01-15 10:00:00.123456+05:30'"],
    ['timestamptz without an end', 'timestamptz', "'infinity'"],
    ['timestamptz before Christ', 'timestamptz', "'0044-03-15 10:00:00+00 BC'"],
    ['text', 'text', "'2024-01-15T10:00:00Z'"],
    ['Unix milliseconds beyond 2^53', 'bigint', '9007199254740993'],
    ['real', 'float8', '0.30000000000000004'],
    ['numeric with trailing zeros', 'numeric(20,6)', '1705312800.100000'],
  ] as const)('%s is changed and comes back as it was', async ([, type, stored]) => {
    const migration = await withCell({ column: 'completed_at', type, stored });
    const original = await storedBytes(migration, 'completed_at');
    const reader = await migration.database.openReader();
    const [kept = {}] = await reader.readFullRows('file_migrations', ['1']);
    expect(reader.toRecord(kept, null).completedAt).toBe(
      (await theRecordOf(migration.database)).completedAt,
    );
    await reader.close();

    expect(await changeAndBack(migration, { completedAt: null })).toEqual(['applied', 'applied']);
    expect(await storedBytes(migration, 'completed_at')).toBe(original);
  });

  test.for([
    ['timestamp', '2024-06-01 12:00:00.12'],
    ['timestamp(0)', '2024-06-01 12:00:00'],
    ['timestamptz', '2024-06-01 12:00:00.12'],
    ['timestamptz(0)', '2024-06-01 12:00:00'],
    ['date', '2024-06-01'],
    ['bigint', '1717243200'],
    ['numeric(14,3)', '1717243200.000'],
    ['text', '2024-06-01 12:00:00'],
  ] as const)('is stamped into %s as %s, which is how it reads back', async ([type, expected]) => {
    const migration = await withCell({ column: 'completed_at', type, stored: 'NULL' });
    const writer = await migration.database.openWriter();
    const time = await writer.formatTime(Date.parse('2024-06-01T12:00:00.120Z'), 'record');
    await writer.close();

    const change = changing(await theRecordOf(migration.database), { completedAt: time });
    const result = await applyOne(migration.database, change);

    expect([time, result?.result]).toEqual([expected, 'applied']);
    expect((await theRecordOf(migration.database)).completedAt).toBe(expected);
  });

  test('is stamped into each column in its own way', async () => {
    const migration = await aMigrationDatabase(server());
    await migration.run(`ALTER TABLE files ALTER updated_at DROP DEFAULT`);
    await migration.run(`ALTER TABLE files ALTER updated_at TYPE bigint USING 1717243200123`);
    await migration.insert('files', [aFileRow('1', { updated_at: 1717243200123 })]);
    const writer = await migration.database.openWriter();
    const moment = Date.parse('2024-06-01T12:00:00.120Z');

    expect(await writer.formatTime(moment, 'record')).toBe('2024-06-01 12:00:00.12');
    expect(await writer.formatTime(moment, 'file')).toBe('1717243200120');
    await writer.close();
  });
});

describe('status', () => {
  test.for([
    ['an enum', 'mood'],
    ['varchar', 'varchar(20)'],
    ['char, padded', 'char(20)'],
    ['a domain', 'short'],
  ] as const)('in %s is changed and comes back', async ([, type]) => {
    const migration = await withCell({ column: 'status', type, stored: "'completed'" });

    expect((await theRecordOf(migration.database)).status).toBe('completed');
    expect(await changeAndBack(migration, { status: 'rolled_back' })).toEqual([
      'applied',
      'applied',
    ]);
  });

  test('that differs by case only is drift, in citext too', async () => {
    const migration = await withCell({ column: 'status', type: 'citext', stored: "'completed'" });
    const change = changing(await theRecordOf(migration.database), { status: 'rolled_back' });
    await migration.run(`UPDATE file_migrations SET status = 'COMPLETED'`);

    expect((await applyOne(migration.database, change))?.result).toBe('conflict');
  });

  test.for(['varchar(8)', 'char(8)'])(
    'that does not fit %s is refused, not cut off',
    async (type) => {
      const migration = await withCell({ column: 'status', type, stored: "'done'" });
      const change = changing(await theRecordOf(migration.database), { status: 'rolled_back' });

      await expect(applyOne(migration.database, change)).rejects.toMatchObject({
        code: 'DATABASE_FAILED',
      });
      expect((await theRecordOf(migration.database)).status).toBe('done');
    },
  );
});

describe('size', () => {
  test.for([
    ['bigint', '9007199254740991', 9007199254740991],
    ['numeric(12,2)', '1234', 1234],
  ] as const)('in %s is read as the number it is', async ([type, stored, expected]) => {
    const migration = await withCell({ column: 'file_size', type, stored });

    expect((await theRecordOf(migration.database)).fileSizeBytes).toBe(expected);
  });

  test.for([
    ['bigint', '9007199254740993'],
    ['numeric', '1.5'],
    ['text', "'12 MB'"],
  ] as const)('in %s that holds %s is refused: no double holds it', async ([type, stored]) => {
    const migration = await withCell({ column: 'file_size', type, stored });

    await expect(theRecordOf(migration.database)).rejects.toMatchObject({
      code: 'DATABASE_INVALID',
      details: { column: 'file_size', row: '1' },
    });
  });
});

test('a whole row has every column, exact numbers as numbers and anything else as its text', async () => {
  const migration = await aMigrationDatabase(server());
  await migration.run(`ALTER TABLE files ADD big bigint DEFAULT 9007199254740993,
    ADD small int DEFAULT 7, ADD price numeric DEFAULT 1.10, ADD ratio float8 DEFAULT 0.1,
    ADD doc jsonb DEFAULT '{"a": [1]}', ADD bytes bytea DEFAULT '\\x00ff', ADD list int[] DEFAULT '{1,2}',
    ADD flag boolean DEFAULT true, ADD at timestamptz DEFAULT '2024-01-01 10:00:00.5+02',
    ADD padded char(4) DEFAULT 'a', ADD padded_too char(4) NOT NULL DEFAULT 'b', ADD sure boolean NOT NULL DEFAULT false,
    ADD shout text GENERATED ALWAYS AS (upper(filename)) STORED`);
  await migration.insert('files', [aFileRow('1')]);
  const reader = await migration.database.openReader();

  const rows = await reader.readFullRows('files', ['f-1']);

  expect(rows).toEqual([
    aFileRow('1', {
      big: '9007199254740993',
      small: 7,
      price: '1.10',
      ratio: 0.1,
      doc: '{"a": [1]}',
      bytes: '\\x00ff',
      list: '{1,2}',
      flag: 'true',
      at: '2024-01-01 08:00:00.5+00',
      padded: 'a',
      padded_too: 'b',
      sure: 'false',
      shout: '1.CSV',
    }),
  ]);
  const { bytes } = await reader.readRowLines('files', ['f-1']);
  expect(new TextDecoder().decode(bytes)).toBe(`${JSON.stringify(rows[0])}\n`);
  await reader.close();
});

test.for([
  ['nothing between them', ['plain', 'b', 'c']],
  ['what stands between cells', ['a\u001fb', 'b', 'c']],
  ['what stands for NULL', ['\u001e', 'b', 'c']],
  ['what stands for NULL beside a NULL', ['\u001e', null, 'c']],
  ['what needs an escape', ['"\\\t\u0001', 'b', null]],
] as const)('a line has the cells of its row: %s', async ([, notes]) => {
  const migration = await aMigrationDatabase(server());
  await migration.run('ALTER TABLE files ADD note text');
  await migration.insert(
    'files',
    notes.map((note, index) => aFileRow(String(index), { note })),
  );
  const reader = await migration.database.openReader();
  const ids = ['f-0', 'f-1', 'f-2'];

  const { bytes } = await reader.readRowLines('files', ids);

  const rows = await reader.readFullRows('files', ids);
  expect(rows.map((row) => row['note'])).toEqual(notes);
  expect(new TextDecoder().decode(bytes)).toBe(
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
  await reader.close();
});

test('days select by a time in any type', async () => {
  for (const [type, early, late] of [
    ['timestamptz', "'2024-02-01 23:59:59+00'", "'2024-02-02 00:00:00+00'"],
    ['date', "'2024-02-01'", "'2024-02-02'"],
    ['text', "'2024-02-01T23:59:59.9Z'", "'2024-02-02 01:00:00+01:00'"],
    ['text', "'2024-02-29'", "'2024-02-30'"],
    ['bigint', '1706831999', '1706832000000'],
  ] as const) {
    const migration = await aMigrationDatabase(server());
    await migration.run(`ALTER TABLE file_migrations ALTER started_at TYPE ${type} USING NULL`);
    const row = { started_at: null, created_at: null };
    await migration.insert('file_migrations', [aRecordRow('1', row), aRecordRow('2', row)]);
    await migration.run(
      `UPDATE file_migrations SET started_at = CASE id WHEN '1' THEN ${early}::${type} ELSE ${late}::${type} END`,
    );
    const reader = await migration.database.openReader();
    const day = early.includes('02-29') ? '2024-02-29' : '2024-02-01';
    const scope = { endDate: day, full: false, failedOnly: false, mode: 'both' } as const;

    expect(await reader.countRecords({ scope, include: 'all' }), type).toBe(1);
    await reader.close();
  }
});

test('a counter of a batch in bigint is changed and comes back', async () => {
  const migration = await aMigrationDatabase(server(), {
    schema: schemaWith({ completed_files: 'BIGINT' }),
  });
  await migration.insert('migration_batches', [
    aBatchRow('b1', { completed_files: 9007199254740991n }),
  ]);
  const reader = await migration.database.openReader();
  const before = (await reader.readBatchValues(['b1'])).get('b1') ?? expect.unreachable();
  const after = { ...before, completedFiles: 0 };
  const writer = await migration.database.openWriter();

  await writer.applyBatchChanges([{ batchId: 'b1', before, after }]);
  expect((await reader.readBatchValues(['b1'])).get('b1')).toEqual(after);
  await writer.applyBatchChanges([{ batchId: 'b1', before: after, after: before }]);

  expect((await reader.readBatchValues(['b1'])).get('b1')).toEqual(before);
  await Promise.all([reader.close(), writer.close()]);
});
