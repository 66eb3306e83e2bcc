import type { ObjectReference } from '../../core/ports/migration-database.ts';
import type { Cell, CellReader } from './cell-text.ts';
import { columnOf, type D1Schema } from './schema.ts';

/** Everything that points at an object. An empty text names no object. */
export const referenceSql = `
  SELECT r2_key, 'files', id, NULL, NULL FROM files WHERE r2_key <> ''
  UNION ALL
  SELECT target_r2_key, 'file_migrations', id, file_id, status FROM file_migrations
  WHERE target_r2_key <> '' AND status IS NOT 'rolled_back' COLLATE BINARY`;

/** Turns one row of `referenceSql` into a reference. */
export function createReferenceMapper(
  schema: D1Schema,
  cells: CellReader,
): (row: readonly Cell[]) => ObjectReference {
  return (row) => {
    const table = row[1] === 'files' ? 'files' : 'file_migrations';
    const id = cells.keyOf(row[2], columnOf(schema, table, 'id'));
    const keyColumn = columnOf(schema, table, table === 'files' ? 'r2_key' : 'target_r2_key');
    return {
      key: cells.requiredTextOf(row[0], keyColumn, id),
      table,
      id,
      fileId: cells.textOf(row[3], columnOf(schema, 'file_migrations', 'file_id'), id),
      status: cells.textOf(row[4], columnOf(schema, 'file_migrations', 'status'), id),
    };
  };
}
