import { invariant } from '../../../shared/domain/operator-error.ts';
import type { ColumnDropResult } from '../../core/ports/migration-database.ts';
import { addedColumns } from '../../core/schema/roles.ts';
import { readAddedColumns } from './added-columns.ts';
import type { PostgresSchema } from './schema.ts';
import type { PostgresSession } from './session.ts';

/**
 * Drops one added column in a transaction of its own: the table is locked first, so that nobody can write a value, or make anything
 * that depends on the column, between the look and the drop. Waits for the lock no longer than the session's lock timeout.
 */
export function dropColumn(
  session: PostgresSession,
  schema: PostgresSchema,
  name: string,
): Promise<ColumnDropResult> {
  invariant(
    (addedColumns as readonly string[]).includes(name),
    `${name} is not a column that the migration added.`,
  );
  return session.transaction('write', async () => {
    await session.query(`LOCK TABLE ${schema.files.sqlName} IN ACCESS EXCLUSIVE MODE`);
    const added = await readAddedColumns(session, schema);
    const column = added.columns.find((one) => one.name === name);
    if (column === undefined) return { result: 'gone' };
    const reasons = [
      ...added.columns
        .filter(({ valueCount }) => valueCount > 0)
        .map((one) => `${one.name} has a value in ${String(one.valueCount)} rows`),
      ...added.dependents.map((dependent) => `${dependent} depends on the columns`),
    ];
    if (reasons.length > 0) return { result: 'refused', reasons };
    await session.query(column.dropSql);
    return { result: 'dropped' };
  });
}
