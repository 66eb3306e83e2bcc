import { describe, expect, test } from 'vitest';
import type { CustomMapping } from '../../../../src/main/core/schema/custom-mapping.ts';
import { findMapping, settleRivals } from '../../../../src/main/core/schema/find-mapping.ts';
import type {
  CatalogueTable,
  MigrationMapping,
} from '../../../../src/main/core/schema/migration-mapping.ts';
import { referenceTables, savedFileTables } from '../../../support/builders/a-catalogue.ts';
import { aCustomMapping } from '../../../support/builders/a-custom-mapping.ts';

function found(
  catalogue: readonly CatalogueTable[],
  custom: CustomMapping | null = null,
): MigrationMapping {
  const answer = findMapping(catalogue, custom);
  if (answer.kind !== 'found') throw new Error(JSON.stringify(answer));
  return answer.mapping;
}

/** The catalogue with some columns of one table left out. */
function without(
  catalogue: readonly CatalogueTable[],
  name: string,
  ...columns: readonly string[]
): readonly CatalogueTable[] {
  return catalogue.map((table) =>
    table.name === name
      ? { ...table, columns: table.columns.filter((column) => !columns.includes(column)) }
      : table,
  );
}

function withColumns(
  catalogue: readonly CatalogueTable[],
  name: string,
  ...columns: readonly string[]
): readonly CatalogueTable[] {
  return catalogue.map((table) =>
    table.name === name ? { ...table, columns: [...table.columns, ...columns] } : table,
  );
}

const other: CatalogueTable = { schema: null, name: 'auth_user', columns: ['id', 'email'] };

describe('the reference set', () => {
  test('is found by its names, whatever other tables there are', () => {
    expect(found([other, ...referenceTables])).toMatchObject({
      variant: 'reference',
      batches: { name: 'migration_batches', columns: { batchId: 'batch_id' } },
      records: { name: 'file_migrations', columns: { targetKey: 'target_r2_key' } },
      files: { name: 'files', columns: { r2Key: 'r2_key', migratedAt: null } },
    });
  });

  test('is missing table by table and column by column', () => {
    const catalogue = without(referenceTables, 'files', 'checksum').filter(
      ({ name }) => name !== 'migration_batches',
    );

    expect(findMapping(catalogue)).toEqual({
      kind: 'missing',
      missing: ['table migration_batches', 'column files.checksum'],
    });
  });

  test('is what an empty database is compared with', () => {
    expect(findMapping([])).toEqual({
      kind: 'missing',
      missing: ['table migration_batches', 'table file_migrations', 'table files'],
    });
  });

  test('is taken from the schema that comes first', () => {
    const shadowed = referenceTables.map((table) => ({ ...table, schema: 'later' }));
    const first = referenceTables.map((table) => ({ ...table, schema: 'first' }));

    expect(found([...first, ...shadowed]).files.schema).toBe('first');
  });
});

describe('the saved-file set', () => {
  test('is found by the five added columns, whatever the file table is called', () => {
    const renamed = savedFileTables.map((table) =>
      table.name === 'list_cutter_savedfile' ? { ...table, name: 'my_app_upload' } : table,
    );

    const mapping = found([other, ...renamed]);

    expect(mapping).toMatchObject({
      variant: 'saved-file',
      batches: { name: 'file_migration_batches' },
      records: { name: 'file_migration_records' },
      files: {
        name: 'my_app_upload',
        columns: {
          r2Key: 'r2_key',
          checksum: 'checksum',
          migratedAt: 'migrated_at',
          migrationStatus: 'migration_status',
          migrationBatchId: 'migration_batch_id',
        },
      },
    });
    expect(mapping.evidence.join(' ')).toContain(
      'my_app_upload has the five columns that it adds: r2_key, migrated_at, migration_status, migration_batch_id, checksum.',
    );
  });

  test.each([
    ['fileId', ['file_id', 'saved_file_id', 'savedfile_id']],
    ['sourcePath', ['source_path', 'file_path', 'original_path']],
    ['targetKey', ['target_r2_key', 'r2_key']],
    ['originalChecksum', ['original_checksum', 'source_checksum', 'checksum']],
    ['completedAt', ['completed_at', 'migrated_at']],
  ] as const)('knows %s of a record by any of its names, the best first', (role, names) => {
    const bare = without(savedFileTables, 'file_migration_records', ...names);

    for (const [at, name] of names.entries()) {
      const catalogue = withColumns(bare, 'file_migration_records', ...names.slice(at));
      expect(found(catalogue).records.columns[role]).toBe(name);
    }
  });

  test('reads key and path from the file row where the record has none, and says so', () => {
    const catalogue = without(
      savedFileTables,
      'file_migration_records',
      'source_path',
      'target_r2_key',
    );

    const { records, files, evidence } = found(catalogue);

    expect(records.columns).toMatchObject({ sourcePath: null, targetKey: null });
    expect(files.columns.sourcePath).toBe('file_path');
    expect(evidence).toEqual(
      expect.arrayContaining([
        'file_migration_records has no column for the key: it is read from list_cutter_savedfile.r2_key, which a rollback clears.',
        'file_migration_records has no column for the original: it is read from list_cutter_savedfile.file_path.',
      ]),
    );
  });

  test('does without counters and moments, and names what is never written', () => {
    const catalogue = without(savedFileTables, 'file_migration_batches', 'verified_files');

    const { batches, evidence } = found(catalogue);

    expect(batches.columns.verifiedFiles).toBeNull();
    expect(evidence).toContain(
      'Not there, so never written: file_migration_batches.verified_files.',
    );
  });

  test.each([
    ['file_migration_records', 'file_id'],
    ['file_migration_records', 'status'],
    ['list_cutter_savedfile', 'migration_status'],
    ['list_cutter_savedfile', 'r2_key'],
    ['list_cutter_savedfile', 'id'],
  ])('is missing %s.%s by name, not the tables of the reference', (table, column) => {
    expect(findMapping(without(savedFileTables, table, column))).toEqual({
      kind: 'missing',
      missing: [`column ${table}.${column}`],
    });
  });

  test('is missing the path of the original where neither table has one', () => {
    const catalogue = without(
      without(savedFileTables, 'file_migration_records', 'source_path'),
      'list_cutter_savedfile',
      'file_path',
    );

    expect(findMapping(catalogue)).toEqual({
      kind: 'missing',
      missing: ['column file_migration_records.source_path'],
    });
  });

  test('is missing the table with the five columns where no table has any of them', () => {
    const catalogue = savedFileTables.filter(({ name }) => name.startsWith('file_migration'));

    expect(findMapping([...catalogue, other])).toEqual({
      kind: 'missing',
      missing: [
        'table with the columns r2_key, migrated_at, migration_status, migration_batch_id, checksum',
      ],
    });
  });

  test('is ambiguous where two tables have the five columns, and both are named', () => {
    const twin = savedFileTables
      .filter(({ name }) => name === 'list_cutter_savedfile')
      .map((table) => ({ ...table, name: 'archive_savedfile' }));

    expect(() => findMapping([...savedFileTables, ...twin])).toThrow(
      expect.objectContaining({
        code: 'MAPPING_AMBIGUOUS',
        details: { candidates: ['list_cutter_savedfile', 'archive_savedfile'] },
      }),
    );
  });

  test('does not take its own record table for the file table', () => {
    const catalogue = withColumns(
      savedFileTables,
      'file_migration_records',
      'r2_key',
      'migrated_at',
      'migration_status',
      'migration_batch_id',
      'checksum',
    );

    expect(found(catalogue).files.name).toBe('list_cutter_savedfile');
  });
});

describe('both sets in one database', () => {
  const answer = findMapping([...referenceTables, ...savedFileTables]);
  const rivals = answer.kind === 'rivals' ? answer.rivals : [];
  const [reference, savedFile] = rivals as [MigrationMapping, MigrationMapping];

  test('are rivals', () => {
    expect(rivals.map(({ variant }) => variant)).toEqual(['reference', 'saved-file']);
  });

  test('are decided by the one that has records', () => {
    const chosen = settleRivals(rivals, new Set([savedFile]));

    expect(chosen.variant).toBe('saved-file');
    expect(chosen.evidence.at(-1)).toBe(
      'Only file_migration_records holds records; file_migrations is empty.',
    );
  });

  test('mean the reference while neither has records', () => {
    expect(settleRivals(rivals, new Set()).variant).toBe('reference');
  });

  test('are ambiguous once both have records', () => {
    expect(() => settleRivals(rivals, new Set([reference, savedFile]))).toThrow(
      expect.objectContaining({
        code: 'MAPPING_AMBIGUOUS',
        details: {
          candidates: [
            'file_migrations with files',
            'file_migration_records with list_cutter_savedfile',
          ],
        },
      }),
    );
  });

  test('are no rivals while one of them is incomplete', () => {
    const partial = without(savedFileTables, 'list_cutter_savedfile', 'migrated_at');

    expect(found([...referenceTables, ...partial]).variant).toBe('reference');
  });
});

describe('a custom mapping', () => {
  const catalogue: readonly CatalogueTable[] = [
    { schema: 'app', name: 'runs', columns: ['nr', 'state'] },
    { schema: 'app', name: 'moves', columns: ['id', 'run', 'doc', 'state'] },
    { schema: 'app', name: 'docs', columns: ['id', 'key', 'path'] },
  ];

  test('is taken at its word, with roles that it leaves out absent', () => {
    const mapping = found(catalogue, aCustomMapping());

    expect(mapping).toMatchObject({
      variant: 'custom',
      batches: { schema: 'app', name: 'runs', columns: { batchId: 'nr', completedAt: null } },
      files: { columns: { r2Key: 'key', sourcePath: 'path', checksum: null } },
      evidence: ['Tables and columns were taken from the mapping file test.yaml.'],
    });
  });

  test('overrules evidence', () => {
    expect(found([...referenceTables, ...catalogue], aCustomMapping()).variant).toBe('custom');
  });

  test('is refused with each table and column that is not there', () => {
    const custom = aCustomMapping({
      batches: { name: 'jobs', schema: 'app' },
      files: { columns: { id: 'id', r2Key: 'object key', sourcePath: 'path' } },
    });

    expect(findMapping(catalogue, custom)).toEqual({
      kind: 'missing',
      missing: ['table app.jobs', 'column docs.object key'],
    });
  });

  test('is refused when a required role has no column', () => {
    const custom = aCustomMapping({ records: { columns: { id: 'id', batchId: 'run' } } });

    expect(() => findMapping(catalogue, custom)).toThrow(
      expect.objectContaining({
        code: 'MAPPING_INVALID',
        details: { missing: ['records.fileId', 'records.status'] },
      }),
    );
  });

  test('is refused when no table says where the original is', () => {
    const custom = aCustomMapping({ files: { columns: { id: 'id', r2Key: 'key' } } });

    expect(() => findMapping(catalogue, custom)).toThrow(
      expect.objectContaining({
        code: 'MAPPING_INVALID',
        details: { missing: ['records.sourcePath or files.sourcePath'] },
      }),
    );
  });

  test('is refused when two roles share a column', () => {
    const custom = aCustomMapping({
      files: { columns: { id: 'id', r2Key: 'key', checksum: 'key', sourcePath: 'path' } },
    });

    expect(() => findMapping(catalogue, custom)).toThrow(
      expect.objectContaining({
        code: 'MAPPING_INVALID',
        details: { shared: ['files.r2Key and files.checksum (key)'] },
      }),
    );
  });
});
