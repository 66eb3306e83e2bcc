import type { Connection } from './connection.ts';
import { quotedName } from './sql-names.ts';

/** How many rows may lie between the first and the last wanted one, for each wanted one, to be read as one range. */
const MOST_ROWS_PER_WANTED = 2;

/** Rows of one table that lie side by side. */
export type RowidRange = readonly [first: number, last: number];

/** Gives the range of rowids from the first wanted row to the last, unless it holds many more rows than are wanted. */
export type RangeFinder = (ids: readonly string[]) => RowidRange | undefined;

/**
 * Makes the finder for one table: a plan of a whole migration asks for its rows in their order, page by page. The rows of a range are
 * not yet the wanted ones: some may be missing, in another order, or others. `null` for a table whose rows have no rowid, or hide it
 * behind a column of that name.
 */
export function createRangeFinder(
  connection: Connection,
  { name, key }: { readonly name: string; readonly key: string },
): RangeFinder | null {
  const hidden = connection
    .prepare<[string, string], number>(
      `SELECT EXISTS (SELECT 1 FROM pragma_table_list(?) WHERE wr OR type <> 'table')
         OR EXISTS (SELECT 1 FROM pragma_table_xinfo(?) WHERE name = 'rowid' COLLATE NOCASE)`,
    )
    .pluck()
    .get(name, name);
  if (hidden !== 0) return null;
  const rowidOf = connection
    .prepare<[string], number>(
      `SELECT rowid FROM ${quotedName(name)} WHERE ${quotedName(key)} = ? COLLATE BINARY`,
    )
    .pluck();
  return (ids) => {
    const [first, last] = [rowidOf.get(ids[0] ?? ''), rowidOf.get(ids.at(-1) ?? '')];
    if (first === undefined || last === undefined) return undefined;
    const isNarrow = last >= first && last - first < ids.length * MOST_ROWS_PER_WANTED;
    return isNarrow ? [first, last] : undefined;
  };
}
