import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { rowsOf } from '../../support/migration/as-saved-files.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const tables = ['order', 'a "quoted" table', 'Datei Liste'] as const;

/** Quotes, spaces, reserved words, capitals and letters that are not ASCII. */
const oddNames = [
  'ALTER TABLE migration_batches RENAME TO "order"',
  'ALTER TABLE "order" RENAME COLUMN batch_id TO "group"',
  'ALTER TABLE "order" RENAME COLUMN status TO "select"',
  'ALTER TABLE file_migrations RENAME TO "a ""quoted"" table"',
  'ALTER TABLE "a ""quoted"" table" RENAME COLUMN batch_id TO "Group Id"',
  `ALTER TABLE "a ""quoted"" table" RENAME COLUMN file_id TO "file's id"`,
  'ALTER TABLE "a ""quoted"" table" RENAME COLUMN status TO "Zustand; --"',
  'ALTER TABLE "a ""quoted"" table" RENAME COLUMN target_r2_key TO "Schlüssel"',
  'ALTER TABLE files RENAME TO "Datei Liste"',
  'ALTER TABLE "Datei Liste" RENAME COLUMN r2_key TO "table"',
  'ALTER TABLE "Datei Liste" RENAME COLUMN user_id TO "from"',
];

const mapping = {
  batches: {
    name: 'order',
    columns: {
      batchId: 'group',
      totalFiles: 'total_files',
      completedFiles: 'completed_files',
      status: 'select',
      completedAt: null,
    },
  },
  records: {
    name: 'a "quoted" table',
    columns: {
      id: 'id',
      batchId: 'Group Id',
      fileId: "file's id",
      sourcePath: 'source_path',
      targetKey: 'Schlüssel',
      originalChecksum: 'original_checksum',
      status: 'Zustand; --',
      completedAt: 'completed_at',
    },
  },
  files: {
    name: 'Datei Liste',
    columns: { id: 'id', userId: 'from', r2Key: 'table', checksum: 'checksum' },
  },
} as const;

let r2: TestR2;
let migration: TestMigration;
let app: TestApp | undefined;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  await app?.close();
  app = undefined;
  migration.remove();
});

async function given(content: unknown): Promise<TestApp> {
  migration = await aMigration(r2, [
    { id: 'a' },
    { id: 'b', status: 'verified', userId: 'u-2' },
    { id: 'broken', status: 'failed' },
  ]);
  for (const statement of oddNames) migration.sql(statement);
  const path = join(migration.folder, 'mapping.yaml');
  writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  app = await openApp({ ...migration.env, UNWIND_MAPPING: path });
  return app;
}

/** The mapping with some roles of one table played by other columns. */
function withColumns(table: keyof typeof mapping, columns: object): unknown {
  const whole = mapping[table];
  return {
    tables: { ...mapping, [table]: { ...whole, columns: { ...whole.columns, ...columns } } },
  };
}

function withPathInFiles(content: { readonly tables: typeof mapping }): unknown {
  const { files } = content.tables;
  const columns = { ...files.columns, sourcePath: 'filename' };
  return { tables: { ...content.tables, files: { ...files, columns } } };
}

describe('mapping file', () => {
  test('carries a rollback and its undo over tables with odd names', async () => {
    const { plan, run, planUndo, client } = await given({ tables: mapping });
    const rows = rowsOf(migration, tables);

    const done = await run(await plan({ full: true }));

    expect(done).toMatchObject({ state: 'succeeded', counts: { planned: 3, done: 3, drifted: 0 } });
    expect(rowsOf(migration, tables)).toMatchObject({
      order: [{ select: 'rolled_back', completed_files: 0, failed_files: 1 }],
      'Datei Liste': [
        { table: null, checksum: null },
        { table: null, checksum: null },
        { table: null },
      ],
    });
    expect(await client.run.verify({ runId: done.runId })).toMatchObject({ passed: true });

    await run(await planUndo(done.runId));

    expect(rowsOf(migration, tables)).toEqual(rows);
  });

  test('is what scopes, status and batches are read through', async () => {
    const { plan, client } = await given({ tables: mapping });

    const planned = await plan({ userId: 'u-2' });
    const status = await client.status.get({ limit: 50, offset: 0 });

    expect(planned.counts).toMatchObject({ records: 1, rowsToChange: 1 });
    expect(status.batches).toMatchObject([
      { batchId: 'b-1', status: 'completed', totalFiles: 3, countersAgree: true },
    ]);
    expect(status.records.map(({ recordId, status: state }) => [recordId, state])).toEqual([
      ['rec-a', 'completed'],
      ['rec-b', 'verified'],
      ['rec-broken', 'failed'],
    ]);
  });

  test('is named in the plan that consent is given to', async () => {
    const { plan } = await given({ tables: mapping });

    const { findings } = await plan({ full: true });

    expect(findings.find(({ code }) => code === 'schema-variant')?.message).toMatch(
      /Tables and columns were taken from the mapping file .*mapping\.yaml\. Rehearsed on a copy of 3 records/,
    );
  });

  test.each([
    ['files', { userId: null, id: 'from' }, 'unique key on datei liste.from'],
    [
      'files',
      { checksum: 'table' },
      'gives one column to two roles: files.r2Key and files.checksum',
    ],
    ['files', { checksum: 'sha' }, 'lacks column datei liste.sha'],
    ['files', { r2Key: 'filename' }, 'none has the same key in'],
    ['records', { sourcePath: null, fileId: 'source_path' }, 'none has a row in datei liste'],
    ['records', { status: 'error_message' }, 'no status of a migration'],
    ['records', { batchId: 'created_at' }, 'is found in order.group'],
  ] as const)('is refused for %s with %j: %s', async (table, columns, reason) => {
    const content = withColumns(table, columns);
    const { plan } = await given(
      table === 'records' && 'sourcePath' in columns
        ? withPathInFiles(content as { readonly tables: typeof mapping })
        : content,
    );
    const rows = rowsOf(migration, tables);

    const refused = await errorOf(plan({ full: true }));

    expect(['MAPPING_INVALID', 'DATABASE_SCHEMA_MISSING']).toContain(refused.code);
    expect(refused.message).toContain(reason);
    expect(rowsOf(migration, tables)).toEqual(rows);
  });

  test('is refused when what a rollback writes would make other rows go', async () => {
    const { plan } = await given(withColumns('files', { updatedAt: 'moved' }));
    migration.sql('ALTER TABLE "Datei Liste" RENAME TO old');
    migration.sql(`CREATE TABLE "Datei Liste" (id TEXT PRIMARY KEY, "from" TEXT, "table" TEXT, checksum TEXT,
      moved TEXT UNIQUE ON CONFLICT REPLACE)`);
    migration.sql('INSERT INTO "Datei Liste" SELECT id, "from", "table", checksum, id FROM old');
    const rows = rowsOf(migration, tables);

    const refused = await errorOf(plan({ full: true }));

    expect(refused).toMatchObject({ code: 'MAPPING_INVALID', exitCode: 2 });
    expect(refused.message).toMatch(/in a rehearsal on a copy/);
    expect(rowsOf(migration, tables)).toEqual(rows);
  });

  test.each([
    ['an unknown role', 'tables: {batches: {name: order, columns: {colour: x}}}', 'colour'],
    [
      'a missing required role',
      { tables: { ...mapping, batches: { name: 'order', columns: {} } } },
      'batchId',
    ],
    ['an unknown table', { tables: { ...mapping, users: {} } }, 'users'],
    ['broken YAML', 'tables: {', 'is not valid YAML (line 1)'],
  ])('is refused with %s, by name', async (_, content, name) => {
    const { plan } = await given(content);

    const refused = await errorOf(plan({ full: true }));

    expect(refused).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
    expect(refused.message).toContain(name);
  });

  test('is missed when it is not there', async () => {
    await given({ tables: mapping });
    await app?.close();
    app = await openApp({ ...migration.env, UNWIND_MAPPING: '/nowhere/mapping.yaml' });

    const refused = await errorOf(app.plan({ full: true }));

    expect(refused.code).toBe('CONFIG_MISSING');
  });
});
