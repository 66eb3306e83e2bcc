import { isUtf8 } from 'node:buffer';
import type { FullRow, TrackedTable } from '../../core/ports/migration-database.ts';
import type { RowLines } from '../../core/ports/row-lines.ts';
import { countLines, rowLinesOf } from '../content/row-lines.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { createRangeFinder } from './rowid-range.ts';
import { type Column, columnOf, type D1Schema, keyedTables } from './schema.ts';
import { quotedName } from './sql-names.ts';

/** Reads whole rows by key: as objects, or as the lines that files keep. */
export interface FullRowReader {
  rows(table: TrackedTable, ids: readonly string[]): readonly FullRow[];
  /** What `rows` gives, as text. */
  lines(table: TrackedTable, ids: readonly string[]): RowLines;
}

/** A function of SQLite takes at least 100 arguments, in whatever way it was built; a line has two for each column. */
const MOST_COLUMNS = 50;

/** Makes the reader of whole rows. `connection` must not have a query running. */
export function createFullRowReader(
  connection: Connection,
  schema: D1Schema,
  cells: CellReader,
): FullRowReader {
  const lineReaders = new Map<TrackedTable, LineReader | null>();

  /** In the order of `ids`; one statement, by the index of the key. */
  function fromWanted(table: TrackedTable): string {
    const { name, key } = keyedTables(schema.mapping)[table];
    return `FROM json_each(?) AS wanted CROSS JOIN ${quotedName(name)} AS t
      ON t.${quotedName(key)} = wanted.value COLLATE BINARY`;
  }

  function columnsOf(table: TrackedTable): readonly NamedColumn[] {
    const { name } = keyedTables(schema.mapping)[table];
    return connection
      .prepare(`SELECT * FROM ${quotedName(name)}`)
      .columns()
      .map((column) => ({
        name: column.name,
        column: columnOf(schema, table, column.name.toLowerCase()),
      }));
  }

  function rows(table: TrackedTable, ids: readonly string[]): readonly FullRow[] {
    const columns = columnsOf(table);
    // The wanted id goes along: an error names the row.
    return connection
      .prepare<[string], Cell[]>(`SELECT wanted.value, t.* ${fromWanted(table)}`)
      .raw()
      .safeIntegers()
      .all(JSON.stringify(ids))
      .map(([id, ...row]) =>
        Object.fromEntries(
          columns.map(({ name, column }, at) => [name, cells.jsonOf(row[at], column, String(id))]),
        ),
      );
  }

  function lineReaderOf(table: TrackedTable): LineReader | null {
    const known = lineReaders.get(table);
    if (known !== undefined) return known;
    const columns = columnsOf(table);
    const reader =
      columns.length > MOST_COLUMNS
        ? null
        : createLineReader(connection, {
            ...keyedTables(schema.mapping)[table],
            line: lineSql(columns),
            fromWanted: fromWanted(table),
          });
    lineReaders.set(table, reader);
    return reader;
  }

  function lines(table: TrackedTable, ids: readonly string[]): RowLines {
    const [rowCount, bytes] = lineReaderOf(table)?.(ids) ?? [0, null];
    // A row that SQLite's text would not be exact for has none. The decoder would hide broken text: it must be looked for here.
    const isWhole = bytes !== null && countLines(bytes) === rowCount && isUtf8(bytes);
    return isWhole ? { rowCount, bytes } : rowLinesOf(rows(table, ids));
  }

  return { rows, lines };
}

type CountedLines = readonly [rowCount: number, bytes: Buffer | null];
type LineReader = (ids: readonly string[]) => CountedLines;

/** Reads lines by key or, several times as fast, as a range of the table where the wanted rows lie side by side in their order. */
function createLineReader(
  connection: Connection,
  table: {
    readonly name: string;
    readonly key: string;
    readonly line: string;
    readonly fromWanted: string;
  },
): LineReader {
  // `group_concat` passes over a NULL, so that a missing line shows in their number.
  const select = `SELECT count(*), CAST(group_concat(${table.line}, char(10)) || char(10) AS BLOB)`;
  const byKey = connection
    .prepare<[string], [number, Buffer | null]>(`${select} ${table.fromWanted}`)
    .raw();
  const inRange = createRangeReader(connection, { ...table, select });
  return (ids) => {
    const wanted = JSON.stringify(ids);
    return inRange?.(ids, wanted) ?? byKey.get(wanted) ?? [0, null];
  };
}

/** Reads the wanted rows as a range that holds them, in their order, and no other; `undefined` where there is none. */
function createRangeReader(
  connection: Connection,
  { name, key, select }: { readonly name: string; readonly key: string; readonly select: string },
): ((ids: readonly string[], wanted: string) => CountedLines | undefined) | null {
  const rangeOf = createRangeFinder(connection, { name, key });
  if (rangeOf === null) return null;
  const from = `FROM ${quotedName(name)} AS t WHERE t.rowid BETWEEN ? AND ?`;
  const keys = connection
    .prepare<[number, number], string>(`SELECT json_group_array(t.${quotedName(key)}) ${from}`)
    .pluck();
  const lines = connection
    .prepare<[number, number], [number, Buffer | null]>(`${select} ${from}`)
    .raw();
  return (ids, wanted) => {
    const range = rangeOf(ids);
    if (range === undefined || keys.get(...range) !== wanted) return undefined;
    return lines.get(...range);
  };
}

interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}

/**
 * The line of a row as SQL, so that one text crosses from SQLite for a thousand rows and no cell does. NULL for a row with a cell
 * that only `CellReader` writes exactly or refuses: reals, BLOBs, numbers in a column without a type.
 */
function lineSql(columns: readonly NamedColumn[]): string {
  const exact = columns.map(({ name, column }) => exactSql(`t.${quotedName(name)}`, column));
  const cells = columns.map(({ name }) => `'${name.replaceAll("'", "''")}', t.${quotedName(name)}`);
  return `CASE WHEN ${exact.join(' AND ')} THEN json_object(${cells.join(', ')}) END`;
}

function exactSql(cell: string, { affinity }: Column): string {
  // A column of texts makes texts of numbers.
  if (affinity === 'text') return `typeof(${cell}) <> 'blob'`;
  const whole =
    affinity === 'numeric'
      ? `WHEN 'integer' THEN ${cell} BETWEEN ${String(Number.MIN_SAFE_INTEGER)} AND ${String(Number.MAX_SAFE_INTEGER)}`
      : '';
  return `CASE typeof(${cell}) WHEN 'text' THEN 1 WHEN 'null' THEN 1 ${whole} ELSE 0 END`;
}
