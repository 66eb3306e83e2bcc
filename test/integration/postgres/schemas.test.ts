import { describe, expect, test } from 'vitest';
import type { CustomMapping } from '../../../src/main/core/schema/custom-mapping.ts';
import { aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { applyOne, changing } from '../../support/d1/values.ts';
import {
  aMigrationDatabase,
  type MigrationOnPostgres,
  recordsOf,
  theRecordOf,
} from '../../support/postgres/a-migration-database.ts';
import { referenceSchema } from '../../support/postgres/reference-schema.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

const server = aPostgresServer();

const file = { r2Key: null, checksum: null, updatedAt: '2024-06-01 12:00:00', marks: null };
const reset = { status: 'rolled_back', completedAt: '2024-06-01 12:00:00', file };

/** The reference tables in another schema, for a connection whose search path is `searchPath`. */
function inSchema(schema: string, searchPath: string): Promise<MigrationOnPostgres> {
  return aMigrationDatabase(server(), {
    schema: [
      `CREATE SCHEMA "${schema}"`,
      `SET search_path = "${schema}"`,
      ...referenceSchema,
      'RESET search_path',
    ],
    connection: { searchPath },
  });
}

describe('schema', () => {
  test('that is not public is found on the search path, and nothing else is written', async () => {
    const migration = await inSchema('Tenant "7"'.replaceAll('"', ''), '"Tenant 7", public');
    for (const statement of referenceSchema) await migration.run(statement);
    await migration.insert('"Tenant 7".file_migrations', [aRecordRow('1')]);
    await migration.insert('"Tenant 7".files', [aFileRow('1')]);
    await migration.insert('public.file_migrations', [aRecordRow('1')]);
    await migration.insert('public.files', [aFileRow('1')]);

    const record = await theRecordOf(migration.database);
    const result = await applyOne(migration.database, changing(record, reset));

    expect(result?.result).toBe('applied');
    expect((await migration.database.describe()).mapping.records.schema).toBe('Tenant 7');
    expect(await migration.cell('SELECT status FROM "Tenant 7".file_migrations')).toBe(
      'rolled_back',
    );
    expect(await migration.cell('SELECT status FROM public.file_migrations')).toBe('completed');
  });

  test('that has the file table alone may be another than that of the records', async () => {
    const migration = await inSchema('b', 'a, b');
    await migration.run('CREATE SCHEMA a');
    await migration.run('ALTER TABLE b.files SET SCHEMA a');

    const { mapping } = await migration.database.describe();

    expect([mapping.files.schema, mapping.records.schema]).toEqual(['a', 'b']);
  });

  test('that hides the file table of the records behind one of its own is refused, naming both', async () => {
    const migration = await inSchema('b', 'a, b');
    await migration.run('CREATE SCHEMA a');
    await migration.run('CREATE TABLE a.files (LIKE b.files INCLUDING ALL)');

    await expect(migration.database.describe()).rejects.toMatchObject({
      code: 'MAPPING_AMBIGUOUS',
      message: expect.stringMatching(/a\.files .* b\.files/) as string,
    });
  });

  test('that is not on the search path is named by the error', async () => {
    const migration = await inSchema('elsewhere', 'public');

    const described = migration.database.describe();

    await expect(described).rejects.toMatchObject({
      code: 'DATABASE_SCHEMA_MISSING',
      details: { elsewhere: ['elsewhere'] },
      hint: expect.stringContaining('set POSTGRES_SCHEMA to elsewhere') as string,
    });
  });

  test('makes two databases of one: their identities differ', async () => {
    const migration = await inSchema('a', 'a');
    await migration.run('CREATE SCHEMA b');
    await migration.run('SET search_path = b');
    for (const statement of referenceSchema) await migration.run(statement);

    const first = await migration.database.describe();
    const second = await migration.openAs({ searchPath: 'b' }).describe();

    expect(first.identity).not.toBe(second.identity);
    expect(first.identity).toMatch(/^postgres:\d+\/\d+\/a$/);
  });
});

test('names with upper case, blanks, quotes and reserved words are taken as they are', async () => {
  const columns = {
    batches: { batchId: 'select', status: 'from', totalFiles: null },
    records: {
      id: 'Record Id',
      batchId: 'select',
      fileId: 'File"Id',
      sourcePath: 'path',
      targetKey: 'R2Key',
      status: 'order',
      completedAt: 'When',
    },
    files: { id: 'Id', userId: 'user', r2Key: 'Key', checksum: 'table', filename: 'Name' },
  };
  const migration = await aMigrationDatabase(server(), {
    schema: [
      'CREATE TABLE "Batches" ("select" TEXT PRIMARY KEY, "from" TEXT)',
      `CREATE TABLE "User" ("Record Id" TEXT PRIMARY KEY, "select" TEXT, "File""Id" TEXT, path TEXT, "R2Key" TEXT,
         "order" TEXT, "When" TIMESTAMP)`,
      `CREATE TABLE "Group" ("Id" TEXT PRIMARY KEY, "user" TEXT, "Key" TEXT, "table" TEXT, "Name" TEXT)`,
      `INSERT INTO "User" VALUES ('1', 'b', 'f', 'p', 'k', 'completed', '2024-01-01')`,
      `INSERT INTO "Group" VALUES ('f', 'u', 'k', 'sum', 'n')`,
    ],
    mapping: {
      source: 'mapping.yaml',
      tables: {
        batches: { schema: null, name: 'Batches', columns: columns.batches },
        records: { schema: 'public', name: 'User', columns: columns.records },
        files: { schema: null, name: 'Group', columns: columns.files },
      },
    } satisfies CustomMapping,
  });
  const record = await theRecordOf(migration.database);

  const after = { ...reset, file: { ...file, updatedAt: null } };
  const result = await applyOne(migration.database, changing(record, after));

  expect(record).toMatchObject({
    recordId: '1',
    batchId: 'b',
    file: { userId: 'u', filename: 'n' },
  });
  expect(result?.result).toBe('applied');
  expect(await migration.cell('SELECT "Key" FROM "Group"')).toBeNull();
  const reader = await migration.database.openReader();
  const scope = { userId: 'u', full: false, failedOnly: false, mode: 'both' } as const;
  expect(await reader.countRecords({ scope, include: 'all' })).toBe(1);
  expect(await reader.readBatches('all')).toMatchObject([{ batchId: 'b', totalFiles: null }]);
  expect((await reader.readCatalogue()).userIds).toEqual(['u']);
  await reader.close();
});

describe('table', () => {
  test.for([
    ['a view', 'CREATE VIEW files AS SELECT * FROM stored', 'view'],
    ['a materialized view', 'CREATE MATERIALIZED VIEW files AS SELECT * FROM stored', 'view'],
    [
      'a foreign table',
      `CREATE EXTENSION postgres_fdw; CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw;
       CREATE FOREIGN TABLE files (id text, filename text, user_id text, r2_key text, checksum text, updated_at timestamp) SERVER away`,
      'foreign table',
    ],
  ] as const)('that is %s is refused', async ([, statement, kind]) => {
    const migration = await aMigrationDatabase(server());
    await migration.run('ALTER TABLE files RENAME TO stored');
    await migration.run(statement);

    await expect(migration.database.describe()).rejects.toMatchObject({
      code: 'DATABASE_SCHEMA_MISSING',
      message: expect.stringContaining(`is a ${kind}`) as string,
    });
  });

  test.for([
    ['no index', 'DROP CONSTRAINT files_pkey'],
    [
      'a partial index',
      `DROP CONSTRAINT files_pkey; CREATE UNIQUE INDEX ON files (id) WHERE r2_key IS NULL`,
    ],
    [
      'an index on an expression',
      'DROP CONSTRAINT files_pkey; CREATE UNIQUE INDEX ON files (lower(id))',
    ],
    [
      'an index on two columns',
      'DROP CONSTRAINT files_pkey; CREATE UNIQUE INDEX ON files (id, user_id)',
    ],
  ] as const)('whose key is proved unique by %s is refused', async ([, change]) => {
    const migration = await aMigrationDatabase(server());
    await migration.run(`ALTER TABLE files ${change}`);

    await expect(migration.database.describe()).rejects.toMatchObject({
      code: 'DATABASE_SCHEMA_MISSING',
      details: { missing: ['unique key on files.id'] },
    });
  });

  test('whose column the database computes is refused, naming it', async () => {
    const migration = await aMigrationDatabase(server());
    await migration.run('ALTER TABLE files DROP COLUMN checksum');
    await migration.run(
      'ALTER TABLE files ADD checksum text GENERATED ALWAYS AS (md5(filename)) STORED',
    );

    await expect(migration.database.describe()).rejects.toMatchObject({
      code: 'DATABASE_SCHEMA_MISSING',
      message: expect.stringContaining('files.checksum (the database computes it)') as string,
    });
  });

  test('with a computed column of its own is changed and comes back', async () => {
    const migration = await aMigrationDatabase(server());
    await migration.run(
      `ALTER TABLE files ADD shout text GENERATED ALWAYS AS (coalesce(upper(r2_key), 'NONE')) STORED`,
    );
    await migration.insert('file_migrations', [aRecordRow('1')]);
    await migration.insert('files', [aFileRow('1')]);
    const change = changing(await theRecordOf(migration.database), reset);

    await applyOne(migration.database, change);

    expect(await migration.cell('SELECT shout FROM files')).toBe('NONE');
  });

  test('in partitions is changed across them', async () => {
    const migration = await partitioned('PRIMARY KEY (id, created_at)');
    await migration.insert(
      'file_migrations',
      ['1', '2', '3'].map((id) => aRecordRow(id)),
    );
    await migration.insert('files', [
      aFileRow('1'),
      aFileRow('2', { created_at: '2025-02-02' }),
      aFileRow('3', { created_at: '2025-02-03' }),
    ]);
    const records = await recordsOf(migration.database);
    await migration.run(`UPDATE files SET checksum = 'moved' WHERE id = 'f-3'`);
    const writer = await migration.database.openWriter();

    const results = await writer.applyRowChanges(records.map((record) => changing(record, reset)));
    await writer.close();

    expect(results.map(({ result }) => result)).toEqual(['applied', 'applied', 'conflict']);
    expect(await migration.cell('SELECT count(*)::text FROM files WHERE r2_key IS NULL')).toBe('2');
  });

  test('whose partitions have the same key twice is refused, naming the key', async () => {
    const migration = await partitioned('PRIMARY KEY (id, created_at)');
    await migration.insert('files', [aFileRow('1'), aFileRow('1', { created_at: '2025-02-02' })]);

    const refused = {
      code: 'DATABASE_SCHEMA_MISSING',
      message: expect.stringContaining('f-1') as string,
    };
    await expect(migration.database.describe()).rejects.toMatchObject(refused);
    await expect(migration.database.openWriter()).rejects.toMatchObject(refused);
  });

  test('that others inherit from proves a key by its rows', async () => {
    const migration = await aMigrationDatabase(server());
    await migration.run('CREATE TABLE heir () INHERITS (files)');
    await migration.insert('files', [aFileRow('1')]);
    await expect(migration.database.describe()).resolves.toBeDefined();

    await migration.insert('heir', [aFileRow('1')]);

    await expect(migration.database.describe()).rejects.toMatchObject({
      code: 'DATABASE_SCHEMA_MISSING',
    });
  });
});

/** The reference tables with `files` in two partitions by year. */
async function partitioned(key: string): Promise<MigrationOnPostgres> {
  const migration = await aMigrationDatabase(server());
  await migration.run('DROP TABLE files');
  await migration.run(
    `CREATE TABLE files (id TEXT, filename TEXT, user_id TEXT, r2_key TEXT, checksum TEXT, created_at TIMESTAMP,
       updated_at TIMESTAMP, ${key}) PARTITION BY RANGE (created_at)`,
  );
  await migration.run(
    `CREATE TABLE files_old PARTITION OF files FOR VALUES FROM (MINVALUE) TO ('2025-01-01')`,
  );
  await migration.run(
    `CREATE TABLE files_new PARTITION OF files FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)`,
  );
  return migration;
}

describe('row security', () => {
  async function guarded(): Promise<MigrationOnPostgres & { readonly role: string }> {
    const migration = await aMigrationDatabase(server());
    const role = `guest_${migration.test.name}`;
    await migration.run(`CREATE ROLE ${role} LOGIN PASSWORD 'guest'`);
    await migration.run(`GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role}`);
    await migration.insert('files', [aFileRow('1'), aFileRow('2', { user_id: 'hidden' })]);
    return { ...migration, role };
  }

  test('that hides rows from the role is refused before anything is read', async () => {
    const { role, run, openAs, database } = await guarded();
    const guest = openAs({ user: role, password: 'guest' });
    await expect(guest.describe()).resolves.toBeDefined();

    await run('ALTER TABLE files ENABLE ROW LEVEL SECURITY');
    await run(`CREATE POLICY own ON files USING (user_id <> 'hidden')`);

    const denied = {
      code: 'DATABASE_DENIED',
      hint: expect.stringContaining('BYPASSRLS') as string,
    };
    await expect(guest.describe()).rejects.toMatchObject(denied);
    await expect(guest.openReader()).rejects.toMatchObject(denied);
    await expect(guest.openWriter()).rejects.toMatchObject(denied);
    await expect(database.describe()).resolves.toBeDefined();
  });

  test('that comes while a reader is open fails its reads instead of hiding rows', async () => {
    const { role, run, openAs } = await guarded();
    const reader = await openAs({ user: role, password: 'guest' }).openReader();
    await run('ALTER TABLE files ENABLE ROW LEVEL SECURITY');

    const references = reader.streamReferences(10)[Symbol.asyncIterator]();

    await expect(references.next()).rejects.toMatchObject({ code: 'DATABASE_DENIED' });
    await reader.close();
  });
});
