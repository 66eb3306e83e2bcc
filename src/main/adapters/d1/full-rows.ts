import { isUtf8 } from 'node:buffer';
import type { Statement } from 'better-sqlite3';
import type { FullRow, TrackedTable } from '../../core/ports/migration-database.ts';
import type { RowLines } from '../../core/ports/row-lines.ts';
import { countLines, rowLinesOf } from '../content/row-lines.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { type Column, columnOf, type D1Schema, keyedTables } from './schema.ts';
import { quotedName } from './sql-names.ts';

/** Reads whole rows by key: as objects, or as the lines that files keep. */
export interface FullRowReader {
  rows(table: TrackedTable, ids: readonly string[]): readonly FullRow[];
  /** What `rows` gives, as text. */
  lines(table: TrackedTable, ids: readonly string[]): RowLines;
}

/** SQLite takes at most 1,000 nested operators in an expression; a line has two for each column. */
const MOST_COLUMNS = 250;

/** Makes the reader of whole rows. `connection` must not have a query running. */
export function createFullRowReader(
  connection: Connection,
  schema: D1Schema,
  cells: CellReader,
): FullRowReader {
  const lineQueries = new Map<TrackedTable, LineQuery | null>();

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

  function lineQueryOf(table: TrackedTable): LineQuery | null {
    const known = lineQueries.get(table);
    if (known !== undefined) return known;
    const columns = columnsOf(table);
    const query =
      columns.length > MOST_COLUMNS
        ? null
        : connection
            .prepare<[string], [number, Buffer | null]>(
              `SELECT count(*), CAST(group_concat(${lineSql(columns)}, '') AS BLOB) ${fromWanted(table)}`,
            )
            .raw();
    lineQueries.set(table, query);
    return query;
  }

  function lines(table: TrackedTable, ids: readonly string[]): RowLines {
    const [rowCount, bytes] = lineQueryOf(table)?.get(JSON.stringify(ids)) ?? [0, null];
    // A row that SQLite's text would not be exact for has none. The decoder would hide broken text: it must be looked for here.
    const isWhole = bytes !== null && countLines(bytes) === rowCount && isUtf8(bytes);
    return isWhole ? { rowCount, bytes } : rowLinesOf(rows(table, ids));
  }

  return { rows, lines };
}

type LineQuery = Statement<[string], [number, Buffer | null]>;

interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}

/**
 * The line of a row as SQL, so that one text crosses from SQLite for a thousand rows and no cell does. NULL for a row with a cell
 * that only `CellReader` writes exactly or refuses: reals, BLOBs, numbers in a column without a type.
 */
function lineSql(columns: readonly NamedColumn[]): string {
  const cells = columns.map(({ name, column }, at) => {
    const label = `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`;
    return `'${label.replaceAll("'", "''")}' || ${cellSql(`t.${quotedName(name)}`, column)}`;
  });
  return `${cells.join(' || ')} || '}' || char(10)`;
}

function cellSql(cell: string, { affinity }: Column): string {
  const text = `WHEN 'text' THEN json_quote(${cell}) WHEN 'null' THEN 'null'`;
  // A column of texts makes texts of numbers; in one without a type they are refused.
  if (affinity !== 'numeric') return `CASE typeof(${cell}) ${text} END`;
  const { MAX_SAFE_INTEGER: most, MIN_SAFE_INTEGER: least } = Number;
  return `CASE typeof(${cell}) ${text} WHEN 'integer' THEN
    CASE WHEN ${cell} BETWEEN ${String(least)} AND ${String(most)} THEN ${cell} ELSE '"' || ${cell} || '"' END END`;
}
