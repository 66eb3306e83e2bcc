import type { SizedReference } from '../../core/ports/migration-database.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Query } from './record-query.ts';
import { createReferenceMapper } from './references.ts';
import { type D1Schema, roleColumns } from './schema.ts';
import { columnSql, quotedName } from './sql-names.ts';

/**
 * What `referenceSql` gives, with the recorded size, sorted as a bucket lists its keys. SQLite sorts on disk, so that memory
 * stays flat. A numeric column would sort by value: the order is that of the texts.
 */
export function referenceByKeyQuery({ mapping }: D1Schema, afterKey: string | null): Query {
  const { records, files } = mapping;
  const fileKey = columnSql(files, 'r2Key');
  const recordKey = columnSql(records, 'targetKey');
  const after = (key: string): string =>
    afterKey === null ? '' : `AND CAST(${key} AS TEXT) COLLATE BINARY > ?`;
  return {
    sql: `
      SELECT ${fileKey}, 'files', ${columnSql(files, 'id')}, NULL, NULL, NULL,
        CAST(${fileKey} AS TEXT), CAST(${columnSql(files, 'id')} AS TEXT)
      FROM ${quotedName(files.name)} WHERE ${fileKey} <> '' ${after(fileKey)}
      UNION ALL
      SELECT ${recordKey}, 'file_migrations', ${columnSql(records, 'id')}, ${columnSql(records, 'fileId')},
        ${columnSql(records, 'status')}, ${columnSql(records, 'fileSize')},
        CAST(${recordKey} AS TEXT), CAST(${columnSql(records, 'id')} AS TEXT)
      FROM ${quotedName(records.name)}
      WHERE ${recordKey} <> '' AND ${columnSql(records, 'status')} IS NOT 'rolled_back' COLLATE BINARY ${after(recordKey)}
      ORDER BY 7 COLLATE BINARY, 2 COLLATE BINARY, 8 COLLATE BINARY`,
    values: afterKey === null ? [] : [afterKey, afterKey],
  };
}

/** Turns one row of `referenceByKeyQuery` into a reference. */
export function createSizedReferenceMapper(
  schema: D1Schema,
  cells: CellReader,
): (row: readonly Cell[]) => SizedReference {
  const toReference = createReferenceMapper(schema, cells);
  const { fileSize } = roleColumns(schema, 'file_migrations', schema.mapping.records);
  return (row) => {
    const reference = toReference(row);
    return { ...reference, sizeBytes: cells.integerOf(row[5], fileSize, reference.id) };
  };
}
