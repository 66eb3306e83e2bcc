import type { ObjectReference } from '../../core/ports/migration-database.ts';
import type { Cell, CellReader } from './cell-text.ts';
import { type D1Schema, roleColumns } from './schema.ts';
import { columnSql, quotedName } from './sql-names.ts';

/** Everything that points at an object. An empty text names no object. */
export function referenceSql({ mapping: { records, files } }: D1Schema): string {
  const fileKey = columnSql(files, 'r2Key');
  const recordKey = columnSql(records, 'targetKey');
  return `
    SELECT ${fileKey}, 'files', ${columnSql(files, 'id')}, NULL, NULL
    FROM ${quotedName(files.name)} WHERE ${fileKey} <> ''
    UNION ALL
    SELECT ${recordKey}, 'file_migrations', ${columnSql(records, 'id')},
      ${columnSql(records, 'fileId')}, ${columnSql(records, 'status')}
    FROM ${quotedName(records.name)}
    WHERE ${recordKey} <> '' AND ${columnSql(records, 'status')} IS NOT 'rolled_back' COLLATE BINARY`;
}

/** Turns one row of `referenceSql` into a reference. */
export function createReferenceMapper(
  schema: D1Schema,
  cells: CellReader,
): (row: readonly Cell[]) => ObjectReference {
  const m = roleColumns(schema, 'file_migrations', schema.mapping.records);
  const f = roleColumns(schema, 'files', schema.mapping.files);
  return (row) => {
    const table = row[1] === 'files' ? 'files' : 'file_migrations';
    const id = cells.keyOf(row[2], table === 'files' ? f.id : m.id);
    return {
      key: cells.requiredTextOf(row[0], table === 'files' ? f.r2Key : m.targetKey, id),
      table,
      id,
      fileId: cells.textOf(row[3], m.fileId, id),
      status: cells.textOf(row[4], m.status, id),
    };
  };
}
