import { describe, expect, test } from 'vitest';
import { aCustomMapping } from '../../support/builders/a-custom-mapping.ts';
import { applyOne, changing } from '../../support/d1/values.ts';
import {
  aMigrationDatabase,
  type MigrationOnPostgres,
  theRecordOf,
} from '../../support/postgres/a-migration-database.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

const server = aPostgresServer();

/** The saved-file set as Django and the migration make it: numbers for keys, moments with a zone, five columns added. */
const savedFileSchema = [
  `CREATE TABLE file_migration_batches (id bigint GENERATED ALWAYS AS IDENTITY, batch_id varchar(64) PRIMARY KEY, total_files integer,
    completed_files integer, failed_files integer, status varchar(20), started_at timestamptz, completed_at timestamptz)`,
  `CREATE TABLE list_cutter_savedfile (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, file_path varchar(100) NOT NULL,
    file_name varchar(255), user_id integer, size_shown text GENERATED ALWAYS AS (file_path || '!') STORED, uploaded_at timestamptz DEFAULT now())`,
  ...[
    'r2_key TEXT',
    'migrated_at TIMESTAMP',
    'migration_status TEXT',
    'migration_batch_id TEXT',
    'checksum TEXT',
  ].map((column) => `ALTER TABLE list_cutter_savedfile ADD COLUMN ${column}`),
  `CREATE TABLE file_migration_records (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, batch_id varchar(64) NOT NULL
    REFERENCES file_migration_batches, file_id bigint REFERENCES list_cutter_savedfile, status varchar(20), error_message text,
    created_at timestamptz DEFAULT now(), completed_at timestamptz)`,
] as const;

const rows = [
  `INSERT INTO file_migration_batches (batch_id, total_files, completed_files, failed_files, status) VALUES ('b1', 2, 2, 0, 'completed')`,
  `INSERT INTO list_cutter_savedfile (file_path, file_name, user_id, r2_key, migrated_at, migration_status, migration_batch_id, checksum)
    SELECT 'files/' || n, n || '.csv', 7, 'key/' || n, '2024-11-03 10:00:00.123456', 'completed', 'b1', 'abc' FROM generate_series(1, 2) n`,
  `INSERT INTO file_migration_records (batch_id, file_id, status, completed_at)
    SELECT 'b1', id, 'completed', '2024-11-03 10:00:07+02' FROM list_cutter_savedfile`,
] as const;

function aSavedFileDatabase(...more: readonly string[]): Promise<MigrationOnPostgres> {
  return aMigrationDatabase(server(), { schema: [...savedFileSchema, ...rows, ...more] });
}

/** The whole content of the three tables, as one text. */
function contentOf(migration: MigrationOnPostgres): Promise<string | null> {
  return migration.cell(`SELECT (SELECT json_agg(t ORDER BY id) FROM list_cutter_savedfile t)::text
    || (SELECT json_agg(t ORDER BY id) FROM file_migration_records t)::text
    || (SELECT json_agg(t ORDER BY id) FROM file_migration_batches t)::text`);
}

describe('saved-file set on PostgreSQL', () => {
  test.for([
    ['a view', 'CREATE VIEW recent AS SELECT * FROM list_cutter_savedfile'],
    ['an heir', 'CREATE TABLE part (PRIMARY KEY (id)) INHERITS (list_cutter_savedfile)'],
  ] as const)('does not take %s of the file table for a second one', async ([, statement]) => {
    const migration = await aSavedFileDatabase(statement);

    const { mapping } = await migration.database.describe();

    expect(mapping.files.name).toBe('list_cutter_savedfile');
  });

  test('is found by its columns and rehearsed in temporary tables that do not stay', async () => {
    const migration = await aSavedFileDatabase();
    const before = await contentOf(migration);

    const { mapping } = await migration.database.describe();

    expect(mapping).toMatchObject({
      variant: 'saved-file',
      files: { schema: 'public', name: 'list_cutter_savedfile' },
      records: { columns: { targetKey: null, sourcePath: null, fileId: 'file_id' } },
    });
    expect(mapping.evidence.at(-1)).toMatch(
      /^Rehearsed on a copy of 2 records, 2 file rows and 1 batch row:/,
    );
    expect(await contentOf(migration)).toBe(before);
    expect(
      await migration.cell(
        `SELECT count(*)::text FROM pg_class WHERE relname LIKE 'unwind_rehearsal%'`,
      ),
    ).toBe('0');
  });

  test('is read with key and path of the file row, and marks', async () => {
    const migration = await aSavedFileDatabase(
      'DELETE FROM file_migration_records WHERE file_id = 2',
    );

    expect(await theRecordOf(migration.database)).toMatchObject({
      recordId: '1',
      fileId: '1',
      sourcePath: 'files/1',
      targetKey: null,
      completedAt: '2024-11-03 08:00:07',
      file: {
        r2Key: 'key/1',
        marks: {
          migratedAt: '2024-11-03 10:00:00.123456',
          migrationStatus: 'completed',
          migrationBatchId: 'b1',
        },
      },
    });
  });

  test('has its marks compared, cleared and restored', async () => {
    const migration = await aSavedFileDatabase(
      'DELETE FROM file_migration_records WHERE file_id = 2',
    );
    const before = await contentOf(migration);
    const change = changing(await theRecordOf(migration.database), {
      status: 'rolled_back',
      completedAt: '2025-01-01 00:00:00',
      file: {
        r2Key: null,
        checksum: null,
        updatedAt: null,
        marks: { migratedAt: null, migrationStatus: null, migrationBatchId: null },
      },
    });

    const applied = await applyOne(migration.database, change);

    expect(applied?.result).toBe('applied');
    expect(
      await migration.cell(`SELECT count(*)::text FROM list_cutter_savedfile
        WHERE id = 1 AND num_nonnulls(r2_key, migrated_at, migration_status, migration_batch_id, checksum) = 0`),
    ).toBe('1');

    await applyOne(migration.database, { ...change, before: change.after, after: change.before });
    expect(await contentOf(migration)).toBe(before);
  });

  test('leaves a row alone whose marks moved', async () => {
    const migration = await aSavedFileDatabase(
      'DELETE FROM file_migration_records WHERE file_id = 2',
    );
    const change = changing(await theRecordOf(migration.database), { status: 'rolled_back' });
    await migration.run("UPDATE list_cutter_savedfile SET migration_status = 'moved'");

    expect(await applyOne(migration.database, change)).toMatchObject({ result: 'conflict' });
  });

  test('is refused where a constraint forbids what a rollback writes', async () => {
    const migration = await aSavedFileDatabase(
      `ALTER TABLE file_migration_records ADD CHECK (status IN ('pending', 'completed'))`,
    );
    const before = await contentOf(migration);

    await expect(migration.database.openWriter()).rejects.toMatchObject({
      code: 'MAPPING_INVALID',
    });
    expect(await contentOf(migration)).toBe(before);
    const checks = await migration.database.diagnose();
    expect(checks.find(({ name }) => name === 'database.mapping')?.state).toBe('failed');
  });
});

describe('mapping file on PostgreSQL', () => {
  const odd = [
    'CREATE SCHEMA "Über ""all"""',
    `CREATE TABLE "Über ""all""".runs (nr integer PRIMARY KEY, state text)`,
    'CREATE TABLE "group" ("ID" uuid PRIMARY KEY, run text, doc text, "select" text)',
    'CREATE TABLE docs (id uuid PRIMARY KEY, key text, path text, other text)',
    `INSERT INTO "Über ""all""".runs VALUES (1, 'completed')`,
    `INSERT INTO docs VALUES ('00000000-0000-4000-8000-000000000001', 'k', 'p', 'o')`,
    `INSERT INTO "group" VALUES ('00000000-0000-4000-8000-0000000000aa', '1', '00000000-0000-4000-8000-000000000001', 'completed')`,
  ];
  const custom = aCustomMapping({
    batches: { schema: 'Über "all"' },
    records: {
      name: 'group',
      columns: { id: 'ID', batchId: 'run', fileId: 'doc', status: 'select' },
    },
  });

  test('reaches odd names, and a schema that no unqualified name leads to', async () => {
    const migration = await aMigrationDatabase(server(), { schema: odd, mapping: custom });

    const { mapping } = await migration.database.describe();
    const change = changing(await theRecordOf(migration.database), { status: 'rolled_back' });

    expect(mapping.batches.schema).toBe('Über "all"');
    expect(mapping.evidence.at(-1)).toMatch(
      /^Rehearsed on a copy of 1 record, 1 file row and 1 batch row:/,
    );
    expect((await applyOne(migration.database, change))?.result).toBe('applied');
    expect(await migration.cell('SELECT "select" FROM "group"')).toBe('rolled_back');
  });

  test.each([
    [
      'a file column that leads nowhere',
      { columns: { id: 'ID', batchId: 'run', fileId: 'run', status: 'select' } },
      'gives one column to two roles',
    ],
    [
      'a status that is none',
      { columns: { id: 'ID', batchId: 'run', fileId: 'doc', status: 'note' } },
      'no status of a migration',
    ],
    [
      'files that are not found',
      { columns: { id: 'ID', batchId: 'run', fileId: 'note', status: 'select' } },
      'none has a row in docs',
    ],
  ])('is refused with %s', async (_, records, problem) => {
    const migration = await aMigrationDatabase(server(), {
      schema: [...odd, `ALTER TABLE "group" ADD note text DEFAULT 'x'`],
      mapping: {
        ...custom,
        tables: { ...custom.tables, records: { ...custom.tables.records, ...records } },
      },
    });

    await expect(migration.database.describe()).rejects.toMatchObject({
      code: 'MAPPING_INVALID',
      message: expect.stringContaining(problem) as unknown,
    });
  });
});
