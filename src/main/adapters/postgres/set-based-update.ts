import { type Column, holds, valueOf } from './columns.ts';
import { isKey, keyTexts, keyType } from './keys.ts';
import type { Query } from './record-query.ts';
import type { TrackedSchema } from './schema.ts';
import type { Parameter } from './session.ts';
import { quoteName } from './sql-names.ts';
import { textArray } from './text-array.ts';

/** One column of a set of rows, in the order of the rows; a column that the schema lacks is passed over. */
export interface ColumnTexts {
  readonly column: Column | null;
  readonly texts: readonly (string | null)[];
}

/** A change of many rows of one table. */
export interface SetBasedUpdate {
  readonly table: TrackedSchema<string>;
  readonly keys: readonly string[];
  /** What the rows must hold to be changed. */
  readonly before: readonly ColumnTexts[];
  readonly after: readonly ColumnTexts[];
}

/**
 * One UPDATE for all rows, whose row count says how many of them held what they had to. The rows come as one array a column; a
 * column with the same text in every row, as most have in a rollback, comes as that text. `arrayOf` says how arrays of text are bound.
 */
export function setBasedUpdate(
  { table, keys, before, after }: SetBasedUpdate,
  arrayOf: (texts: readonly (string | null)[]) => Parameter = textArray,
): Query {
  const values: Parameter[] = [];
  const arrays: string[] = [];
  const bind = (value: Parameter): string => `$${String(values.push(value))}`;
  const addArray = (texts: readonly (string | null)[], type: string): string =>
    `c.c${String(arrays.push(`${bind(type === 'text' ? arrayOf(texts) : texts)}::${type}[]`))}`;
  const add = (texts: readonly (string | null)[]): string => {
    const [first = null] = texts;
    return texts.every((text) => text === first) ? `${bind(first)}::text` : addArray(texts, 'text');
  };

  const key = addArray(keyTexts(table.key, keys), keyType(table.key));
  const set = after.flatMap(({ column, texts }) =>
    column === null ? [] : [`${quoteName(column.name)} = ${valueOf(column, add(texts))}`],
  );
  const conditions = [
    isKey('t', table.key, key),
    ...before.flatMap(({ column, texts }) =>
      column === null ? [] : [holds('t', column, add(texts))],
    ),
  ];
  const names = arrays.map((_, index) => `c${String(index + 1)}`);
  return {
    sql: `UPDATE ${table.sqlName} AS t SET ${set.join(', ')}
      FROM unnest(${arrays.join(', ')}) AS c(${names.join(', ')}) WHERE ${conditions.join(' AND ')}`,
    values,
  };
}
