import { describe, expect, test } from 'vitest';
import type { RowChange } from '../../../src/main/core/ports/migration-database.ts';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { changing } from '../../support/d1/values.ts';
import {
  aMigrationDatabase,
  type MigrationOnPostgres,
  recordsOf,
} from '../../support/postgres/a-migration-database.ts';
import { defaultEdition } from '../../support/postgres/editions.ts';
import { aPostgresServer } from '../../support/postgres/start-postgres.ts';

/** Logs the plan of every statement. */
const server = aPostgresServer({
  settings: {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_format': 'json',
  },
});

/** The log and the flags of a server that was given to the tests are not theirs. */
const isGiven = defaultEdition.binPath === null;

const uuid = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`;

const kinds = [
  ['text', 'text', ['a', 'A b', 'ä']],
  ['varchar', 'varchar(40)', ['a', 'A b', 'ä']],
  ['char', 'char(8)', ['a', 'A b', 'ä']],
  ['citext', 'citext', ['a', 'B', 'c']],
  ['uuid', 'uuid', [uuid('a'), uuid('b'), uuid('c')]],
  ['integer', 'integer', ['1', '10', '2']],
  ['bigint', 'bigint', ['10', '9007199254740993', '9223372036854775807']],
  ['numeric', 'numeric', ['1', '10.50', '2']],
] as const;

/** Three records with their files, whose ids and references have the given types. */
async function withKeys(
  ids: readonly string[],
  types: { readonly key: string; readonly reference: string; readonly batch: string },
): Promise<MigrationOnPostgres> {
  const migration = await aMigrationDatabase(server());
  await migration.run('CREATE EXTENSION IF NOT EXISTS citext');
  await migration.run(`ALTER TABLE file_migrations ALTER id TYPE ${types.key} USING NULL`);
  await migration.run(
    `ALTER TABLE file_migrations ALTER file_id TYPE ${types.reference} USING NULL`,
  );
  await migration.run(`ALTER TABLE file_migrations ALTER batch_id TYPE ${types.batch} USING NULL`);
  await migration.run(`ALTER TABLE files ALTER id TYPE ${types.key} USING NULL`);
  await migration.run(
    `ALTER TABLE migration_batches ALTER batch_id TYPE ${types.batch} USING NULL`,
  );
  const [batch = ''] = ids;
  await migration.insert(
    'file_migrations',
    ids.map((id) => aRecordRow(id, { file_id: id, batch_id: batch })),
  );
  await migration.insert(
    'files',
    ids.map((id) => aFileRow(id, { id })),
  );
  await migration.insert('migration_batches', [aBatchRow(batch)]);
  return migration;
}

describe('key', () => {
  test.for(kinds)('of type %s names rows for every method', async ([, type, ids]) => {
    const migration = await withKeys(ids, { key: type, reference: type, batch: type });
    const records = await recordsOf(migration.database);
    const reader = await migration.database.openReader();
    const addresses = ids.map((id) => ({ recordId: id, fileId: id }));
    const [batch = ''] = ids;

    expect(records.map(({ recordId, file }) => [recordId, file?.userId])).toEqual(
      ids.toSorted().map((id) => [id, 'u1']),
    );
    expect(
      [...(await reader.readRows(addresses)).values()].map(({ file }) => file !== null),
    ).toEqual([true, true, true]);
    expect(await reader.readFullRows('files', [...ids])).toHaveLength(3);
    const scope = { batchId: batch, full: false, failedOnly: false, mode: 'both' } as const;
    expect(await reader.countRecords({ scope, include: 'all' })).toBe(3);
    expect(await reader.readBatches([batch])).toMatchObject([
      { batchId: batch, recomputed: { records: 3 } },
    ]);
    expect((await reader.readBatchValues([batch])).size).toBe(1);
    await reader.close();
  });

  test.for(kinds)('of type %s is found again by the writer', async ([, type, ids]) => {
    const migration = await withKeys(ids, { key: type, reference: type, batch: type });
    const file = { r2Key: null, checksum: null, updatedAt: null, marks: null };
    const changes = (await recordsOf(migration.database)).map((record) =>
      changing(record, { status: 'rolled_back', file }),
    );

    expect(await resultsOf(migration, changes)).toEqual(['applied', 'applied', 'applied']);
    expect(await migration.cell('SELECT count(*)::text FROM files WHERE r2_key IS NULL')).toBe('3');
  });

  test.for([
    ['a uuid', uuid('a'), 'uuid', 'text'],
    ['a bigint', '9007199254740993', 'bigint', 'text'],
    ['an integer', '7', 'bigint', 'integer'],
    ['a varchar', 'a', 'varchar(10)', 'char(10)'],
    ['a text', uuid('a'), 'text', 'uuid'],
  ] as const)('that is %s joins a reference of another type', async ([, id, key, reference]) => {
    const migration = await withKeys([id], { key, reference, batch: 'text' });
    if (reference === 'text')
      await migration.insert('file_migrations', [
        aRecordRow(key === 'uuid' ? uuid('e') : '99', { file_id: 'no such key', batch_id: 'b1' }),
      ]);

    const records = await recordsOf(migration.database);

    expect(records.filter(({ file }) => file !== null).map(({ recordId }) => recordId)).toEqual([
      id,
    ]);
  });

  test.for([
    ['uuid', [uuid('a')], ['no uuid', uuid('a').toUpperCase(), '']],
    ['bigint', ['7'], ['seven', '07', '9223372036854775808', '7.0', '']],
    ['integer', ['7'], ['2147483648', ' 7']],
    ['text', ['a'], ['a\0', '\uD800', 'A']],
    ['citext', ['a'], ['A']],
    ['char(4)', ['a'], ['a ']],
  ] as const)('that no %s can be names no row, and fails nothing', async ([type, ids, others]) => {
    const migration = await withKeys(ids, { key: type, reference: type, batch: type });
    const reader = await migration.database.openReader();
    const [known] = await recordsOf(migration.database);
    const record = known ?? expect.unreachable();

    const addresses = others.map((id) => ({ recordId: id, fileId: id }));
    expect((await reader.readRows(addresses)).size).toBe(0);
    expect(await reader.readFullRows('files', [...others])).toEqual([]);
    expect(await reader.readBatches([...others])).toEqual([]);
    for (const batchId of others.filter((id) => id !== '')) {
      const scope = { batchId, full: false, failedOnly: false, mode: 'both' } as const;
      expect(await reader.countRecords({ scope, include: 'all' })).toBe(0);
    }
    await reader.close();
    const changes = others.map((id) => ({ ...changing(record, { status: 'x' }), recordId: id }));
    expect(new Set(await resultsOf(migration, changes))).toEqual(new Set(['conflict']));
  });

  test.skipIf(isGiven).for(['uuid', 'bigint', 'text', 'citext'])(
    'of type %s is found by its index',
    async (type) => {
      const migration = await aMigrationDatabase(server());
      await migration.run('CREATE EXTENSION IF NOT EXISTS citext');
      const cast = type === 'uuid' ? `md5(n::text)::uuid` : `n::text::${type}`;
      await migration.run(`ALTER TABLE file_migrations ALTER id TYPE ${type} USING NULL`);
      await migration.run(
        `INSERT INTO file_migrations (id, batch_id, status) SELECT ${cast}, 'b1', 'completed' FROM generate_series(1, 20000) AS n`,
      );
      await migration.run('ANALYZE');
      const ids = await migration.test.run('SELECT id::text FROM file_migrations LIMIT 500');
      const before = { status: 'completed', completedAt: null, file: null };
      const changes = ids.map(([id]) => ({
        recordId: id ?? '',
        fileId: null,
        before,
        after: { ...before, status: 'x' },
      }));
      const from = server().log().length;

      const results = await resultsOf(migration, changes);

      expect(new Set(results)).toEqual(new Set(['applied']));
      const plan = () =>
        /"Query Text": "UPDATE[\s\S]*?\n\t?}/.exec(server().log().slice(from))?.[0];
      await expect.poll(plan).toContain('"Index Name": "file_migrations_pkey"');
      expect(plan()).not.toContain('"Seq Scan"');
    },
  );
});

async function resultsOf(
  migration: MigrationOnPostgres,
  changes: readonly RowChange[],
): Promise<readonly string[]> {
  const writer = await migration.database.openWriter();
  const results = await writer.applyRowChanges(changes);
  await writer.close();
  return results.map(({ result }) => result);
}
