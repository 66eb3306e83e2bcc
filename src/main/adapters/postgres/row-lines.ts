import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type { RowLines } from '../../core/ports/row-lines.ts';
import { rowLinesOf } from '../content/row-lines.ts';
import { jsonValue } from './cells.ts';
import { type Column, textOf } from './columns.ts';
import { readFullRows } from './full-rows.ts';
import { isKey, isOneOf, keyTexts, keyType } from './keys.ts';
import { type PostgresSchema, type TrackedSchema, trackedTable } from './schema.ts';
import type { PostgresSession, TextRow } from './session.ts';
import { quoteName } from './sql-names.ts';

/** Between cells, and in place of NULL. A row that holds one of them itself is noticed, and read cell by cell. */
const SEPARATOR = '\u001f';
const NULL_MARK = '\u001e';
const NEEDS_ESCAPE = /["\\\u0000-\u001d]/;

/** How many rows may lie between the first and the last wanted one, for each wanted one, to be read as one range. */
const MOST_ROWS_PER_WANTED = 2;

/**
 * What `readFullRows` gives, as lines, in the order of `ids`. A row crosses as one text: a cell by itself costs the driver more than the
 * server, and JSON made by the server costs it several times what the reading does.
 */
export async function readRowLines(
  session: PostgresSession,
  schema: PostgresSchema,
  request: { readonly table: TrackedTable; readonly ids: readonly string[] },
): Promise<RowLines> {
  const { ids } = request;
  const table = trackedTable(schema, request.table);
  const lineOf = lineMaker([...table.columns.values()]);
  const lines = new Map<string, string>();
  const take = (rows: readonly TextRow[]): boolean =>
    rows.every(([key, nullCount, cells]) => {
      const line = lineOf(cells ?? '', Number(nullCount));
      if (key === null || key === undefined || line === null) return false;
      lines.set(key, line);
      return true;
    });
  const isExact =
    take(await readRange(session, table, ids)) &&
    take(
      await readByKey(
        session,
        table,
        ids.filter((id) => !lines.has(id)),
      ),
    );
  if (!isExact) return rowLinesOf(await readFullRows(session, schema, request));
  const found = ids.flatMap((id) => lines.get(id) ?? []);
  return { rowCount: found.length, bytes: Buffer.from(found.join('')) };
}

/** The key, how many cells are NULL, and all cells in one text. */
function selectRows({ sqlName, key, columns }: TrackedSchema<string>): string {
  const cells = [...columns.values()].map(({ name, isNotNull }) => {
    // The cast, and not what `concat_ws` would print: a boolean has two texts, and padding counts in one of them only.
    const cell = `t.${quoteName(name)}::text`;
    return isNotNull ? cell : `coalesce(${cell}, '${NULL_MARK}')`;
  });
  const nullable = [...columns.values()].filter(({ isNotNull }) => !isNotNull);
  const nulls =
    nullable.length === 0
      ? '0'
      : `num_nulls(${nullable.map(({ name }) => `t.${quoteName(name)}`).join(', ')})`;
  return `SELECT ${textOf('t', key)}, ${nulls}, concat_ws('${SEPARATOR}', ${cells.join(', ')}) FROM ${sqlName} AS t`;
}

async function readByKey(
  session: PostgresSession,
  table: TrackedSchema<string>,
  ids: readonly string[],
): Promise<readonly TextRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await session.query(
    `${selectRows(table)} WHERE ${isOneOf('t', table.key, `$1::${keyType(table.key)}[]`)}`,
    [keyTexts(table.key, ids)],
  );
  return rows;
}

/**
 * The rows that lie between the first and the last wanted one: most or all of those that are wanted, where a plan asks for the rows of a
 * migration in the order in which they are stored. None where too many others lie between them, or the server cannot read a range (before 14).
 */
async function readRange(
  session: PostgresSession,
  table: TrackedSchema<string>,
  ids: readonly string[],
): Promise<readonly TextRow[]> {
  if (table.uniqueness !== 'by-index') return [];
  const [first, last] = keyTexts(table.key, [ids[0] ?? '', ids.at(-1) ?? '']);
  const place = (key: string): string =>
    `(SELECT t.ctid FROM ${table.sqlName} AS t WHERE ${isKey('t', table.key, `${key}::${keyType(table.key)}`)})`;
  const ends = await session.query(
    `SELECT ${place('$1')}, ${place('$2')} WHERE current_setting('server_version_num')::int4 >= 140000`,
    [first ?? null, last ?? null],
  );
  const [from = null, to = null] = ends.rows[0] ?? [];
  if (from === null || to === null) return [];
  const most = ids.length * MOST_ROWS_PER_WANTED;
  const { rows } = await session.query(
    `${selectRows(table)} WHERE t.ctid BETWEEN $1::tid AND $2::tid LIMIT ${String(most + 1)}`,
    [from, to],
  );
  const wanted = new Set(ids);
  return rows.length > most ? [] : rows.filter(([key]) => wanted.has(key ?? ''));
}

/** Makes the function that writes a row's line; `null` where a cell holds what stands between cells or for NULL. */
function lineMaker(
  columns: readonly Column[],
): (cells: string, nullCount: number) => string | null {
  const labelled = columns.map((column, at) => ({
    column,
    label: `${at === 0 ? '{' : ','}${JSON.stringify(column.name)}:`,
    isText: typeof jsonValue('1', column) === 'string',
  }));
  return (text, nullCount) => {
    const cells = text.split(SEPARATOR);
    if (cells.length !== columns.length) return null;
    const isPlain = !NEEDS_ESCAPE.test(text);
    let nulls = 0;
    let line = '';
    for (const [at, { column, label, isText }] of labelled.entries()) {
      const cell = cells[at] ?? '';
      if (cell === NULL_MARK) {
        nulls += 1;
        line += `${label}null`;
      } else if (isText && isPlain) line += `${label}"${cell}"`;
      else line += label + JSON.stringify(jsonValue(cell, column));
    }
    return nulls === nullCount ? `${line}}\n` : null;
  };
}
