import { invariant } from '../../../shared/domain/operator-error.ts';
import type { ColumnDropResult } from '../../core/ports/migration-database.ts';
import { addedColumns } from '../../core/schema/roles.ts';
import { readAddedColumns } from './added-columns.ts';
import type { Connection } from './connection.ts';
import type { D1Schema } from './schema.ts';

/** Drops one added column, inside a transaction that holds the write lock: nobody can write a value between the count and the drop. */
export function dropColumn(
  connection: Connection,
  schema: D1Schema,
  name: string,
): ColumnDropResult {
  invariant(
    (addedColumns as readonly string[]).includes(name),
    `${name} is not a column that the migration added.`,
  );
  const added = readAddedColumns(connection, schema);
  const column = added.columns.find((one) => one.name === name);
  if (column === undefined) return { result: 'gone' };
  const reasons = [
    ...added.columns
      .filter(({ valueCount }) => valueCount > 0)
      .map((one) => `${one.name} has a value in ${String(one.valueCount)} rows`),
    ...added.dependents.map((dependent) => `${dependent} depends on the columns`),
  ];
  if (reasons.length > 0) return { result: 'refused', reasons };
  connection.exec(column.dropSql);
  return { result: 'dropped' };
}
