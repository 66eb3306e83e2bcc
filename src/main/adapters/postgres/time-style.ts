import type { StampedColumn } from '../../core/ports/migration-database.ts';
import { formatMoment, mostUsedStyle, sqlTimeStyle } from '../../core/schema/time-style.ts';
import { type Column, textOf } from './columns.ts';
import type { PostgresSchema, TrackedSchema } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { quoteName } from './sql-names.ts';

const sampleSize = 20;
const numbers = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);

/** Writes a moment so that the column, once it holds it, reads back as exactly this text. */
export async function formatTimeFor(
  session: PostgresSession,
  schema: PostgresSchema,
  request: { readonly epochMs: number; readonly column: StampedColumn },
): Promise<string> {
  const { epochMs } = request;
  const { table, column } = stampedColumn(schema, request.column);
  if (column === null) return formatMoment(epochMs, sqlTimeStyle);
  if (['timestamp', 'timestamptz', 'date'].includes(column.typeName)) {
    const moment = `timestamp '1970-01-01' + $1::bigint * interval '1 millisecond'`;
    return asShown(session, `SELECT (${moment})::${withoutZone(column)}::text`, String(epochMs));
  }
  const text = textOf('t', column);
  const { rows } = await session.query(
    `SELECT ${text} FROM ${table.sqlName} AS t WHERE ${text} IS NOT NULL
     ORDER BY t.${quoteName(column.name)} DESC LIMIT ${String(sampleSize)}`,
  );
  const style = mostUsedStyle(rows.map(([value]) => value ?? ''));
  if (!numbers.has(column.typeName)) return formatMoment(epochMs, style ?? sqlTimeStyle);
  const number = formatMoment(epochMs, style ?? { kind: 'unix-seconds' });
  return asShown(session, `SELECT $1::text::${column.shownType}::text`, number);
}

/** Asks the database itself: only it knows how it rounds to the column's precision and which digits it leaves out. */
async function asShown(session: PostgresSession, sql: string, value: string): Promise<string> {
  const { rows } = await session.query(sql, [value]);
  return rows[0]?.[0] ?? '';
}

/** Moments with a zone are shown without it: see `textOf`. */
function withoutZone(column: Column): string {
  return column.shownType.replace('with time zone', 'without time zone');
}

function stampedColumn(
  schema: PostgresSchema,
  column: StampedColumn,
): { readonly table: TrackedSchema<string>; readonly column: Column | null } {
  switch (column) {
    case 'record':
      return { table: schema.records, column: schema.records.roles.completedAt };
    case 'file':
      return { table: schema.files, column: schema.files.roles.updatedAt };
    case 'batch':
      return { table: schema.batches, column: schema.batches.roles.completedAt };
  }
}
