import type { FullRow, TrackedTable } from '../../core/ports/migration-database.ts';
import { jsonValue, requiredText } from './cells.ts';
import { textOf } from './columns.ts';
import { isOneOf, keyTexts, keyType } from './keys.ts';
import { type PostgresSchema, trackedTable } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { quoteName } from './sql-names.ts';

/** Whole rows by key, every column by name, in the order of `ids`; rows that are gone are left out. */
export async function readFullRows(
  session: PostgresSession,
  schema: PostgresSchema,
  { table, ids }: { readonly table: TrackedTable; readonly ids: readonly string[] },
): Promise<readonly FullRow[]> {
  const { sqlName, key, columns } = trackedTable(schema, table);
  const list = [...columns.values()];
  // As the database prints them, zone included: a snapshot is read by people and by other programs too.
  const select = list.map(({ name }) => `t.${quoteName(name)}::text`);
  const { rows } = await session.query(
    `SELECT ${textOf('t', key)}, ${select.join(', ')} FROM ${sqlName} AS t
     WHERE ${isOneOf('t', key, `$1::${keyType(key)}[]`)}`,
    [keyTexts(key, ids)],
  );
  const found = new Map(
    rows.map(([id, ...cells]) => [
      requiredText(id, key, 'unknown'),
      Object.fromEntries(list.map((column, at) => [column.name, jsonValue(cells[at], column)])),
    ]),
  );
  return ids.flatMap((id) => {
    const row = found.get(id);
    return row === undefined ? [] : [row];
  });
}
