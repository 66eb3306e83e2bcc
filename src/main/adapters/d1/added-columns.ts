import type { AddedColumns } from '../../core/ports/migration-database.ts';
import { addedColumns } from '../../core/schema/roles.ts';
import { columnDependents } from './column-dependents.ts';
import type { Connection } from './connection.ts';
import type { D1Schema } from './schema.ts';
import { quotedName } from './sql-names.ts';

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
  readonly hidden: number;
}

/** The added columns and the table around them. Needs a transaction that sees one state. */
export function readAddedColumns(connection: Connection, { mapping }: D1Schema): AddedColumns {
  const { name } = mapping.files;
  const table = quotedName(name);
  const rows = connection
    .prepare<[string], ColumnRow>('SELECT * FROM pragma_table_xinfo(?) ORDER BY cid')
    .all(name);
  const added = addedColumns.flatMap(
    (column) => rows.find((row) => lower(row.name) === column) ?? [],
  );
  const counts = countValues(
    connection,
    table,
    added.map((row) => row.name),
  );
  const columns = added.map((row, at) => ({
    name: lower(row.name),
    dropSql: `ALTER TABLE ${table} DROP COLUMN ${quotedName(row.name)}`,
    inverseSql: `ALTER TABLE ${table} ADD COLUMN ${definitionOf(row)}`,
    valueCount: counts[at + 1] ?? 0,
  }));
  return {
    table,
    columns,
    dependents: columnDependents(connection, {
      table: name,
      drops: columns.map(({ dropSql }) => dropSql),
    }),
    definition: createSql(connection, name),
    otherColumns: rows
      .filter((row) => !added.includes(row))
      .map(
        (row) =>
          `${definitionOf(row)}${row.pk > 0 ? ` PRIMARY KEY ${String(row.pk)}` : ''}${row.hidden > 0 ? ` HIDDEN ${String(row.hidden)}` : ''}`,
      ),
    indexes: indexesOf(connection, name),
    rowCount: counts[0] ?? 0,
  };
}

/** Number of rows, then of the rows in which each column is not NULL. */
function countValues(
  connection: Connection,
  table: string,
  columns: readonly string[],
): readonly number[] {
  const counts = ['count(*)', ...columns.map((column) => `count(${quotedName(column)})`)];
  return (
    connection
      .prepare<[], number[]>(`SELECT ${counts.join(', ')} FROM ${table}`)
      .raw()
      .get() ?? []
  );
}

/** SQLite compares names without case, ASCII letters only. */
function lower(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function definitionOf({ name, type, notnull, dflt_value: fallback }: ColumnRow): string {
  const parts = [
    quotedName(name),
    type,
    notnull === 1 ? 'NOT NULL' : '',
    fallback === null ? '' : `DEFAULT ${fallback}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function createSql(connection: Connection, table: string): string {
  return (
    connection
      .prepare<[string], string>(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND lower(name) = ?",
      )
      .pluck()
      .get(table) ?? ''
  );
}

function indexesOf(connection: Connection, table: string): readonly string[] {
  return connection
    .prepare<[string], string>(
      `SELECT coalesce(sql, name) FROM sqlite_schema WHERE type = 'index' AND lower(tbl_name) = ? ORDER BY 1`,
    )
    .pluck()
    .all(table);
}
