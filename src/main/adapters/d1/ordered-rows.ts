import type { Cell } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { createRangeFinder } from './rowid-range.ts';
import type { KeyedTable } from './schema.ts';
import { quotedName } from './sql-names.ts';

/** Gives the wanted rows, in the order of `ids`: first cell the key, then the columns. `undefined` where they do not lie in that order, or one is gone. */
export type OrderedReader = (ids: readonly string[]) => readonly (readonly Cell[])[] | undefined;

/**
 * Makes the reader of rows that lie in their table in the order in which they are wanted, as those of a plan mostly do: they are read from
 * the first to the last, where looking each up by its key takes several times as long. `null` for a table that has no such order.
 */
export function createOrderedReader(
  connection: Connection,
  table: KeyedTable,
  columns: readonly string[],
): OrderedReader | null {
  const rangeOf = createRangeFinder(connection, table);
  if (rangeOf === null) return null;
  const selected = [quotedName(table.key), ...columns].join(', ');
  const read = connection
    .prepare<[number, number], Cell[]>(
      `SELECT ${selected} FROM ${quotedName(table.name)} WHERE rowid BETWEEN ? AND ? ORDER BY rowid`,
    )
    .raw()
    .safeIntegers();
  return (ids) => {
    if (ids.length === 0) return [];
    const range = rangeOf(ids);
    if (range === undefined) return undefined;
    const wanted: Cell[][] = [];
    for (const row of read.all(...range)) {
      if (isKey(row[0], ids[wanted.length])) wanted.push(row);
    }
    return wanted.length === ids.length ? wanted : undefined;
  };
}

/** Whether a cell is this key. Not where the decoder may have put U+FFFD for other bytes: such a row is looked up by its key. */
function isKey(cell: Cell | undefined, id: string | undefined): boolean {
  if (typeof cell === 'bigint') return cell.toString() === id;
  return typeof cell === 'string' && cell === id && !cell.includes('\uFFFD');
}
