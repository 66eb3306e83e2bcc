import type { StampedColumn } from '../../core/ports/migration-database.ts';
import type { MigrationMapping, TableMapping } from '../../core/schema/migration-mapping.ts';
import { mostUsedStyle, sqlTimeStyle, type TimeStyle } from '../../core/schema/time-style.ts';
import type { Connection } from './connection.ts';
import { columnSql, quotedName } from './sql-names.ts';

const sampleSize = 20;

/**
 * Finds how a column that a rollback stamps writes times: the style that most of its newest values have, or where it holds none, most of
 * those of the other stamped columns. SQL's `YYYY-MM-DD HH:MM:SS` (UTC) where there are none either.
 */
export function findTimeStyle(
  connection: Connection,
  { batches, records, files }: MigrationMapping,
  column: StampedColumn,
): TimeStyle {
  const values: Readonly<Record<StampedColumn, () => readonly string[]>> = {
    record: () => newestOf(connection, records, 'completedAt'),
    file: () => newestOf(connection, files, 'updatedAt'),
    batch: () => newestOf(connection, batches, 'completedAt'),
  };
  return (
    mostUsedStyle(values[column]()) ??
    mostUsedStyle([...values.record(), ...values.file(), ...values.batch()]) ??
    sqlTimeStyle
  );
}

function newestOf<Role extends string>(
  connection: Connection,
  table: TableMapping<Role>,
  role: Role,
): readonly string[] {
  if (table.columns[role] === null) return [];
  const column = columnSql(table, role);
  return connection
    .prepare<[number], string>(
      `SELECT CAST(${column} AS TEXT) FROM ${quotedName(table.name)}
       WHERE ${column} IS NOT NULL ORDER BY ${column} DESC LIMIT ?`,
    )
    .pluck()
    .all(sampleSize);
}
