import { type Column, textOf } from './columns.ts';
import { quoteName } from './sql-names.ts';

const numbers = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);

const clock = String.raw`([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?`;
const zone = String.raw` ?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?`;
const months = String.raw`((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))`;
const anyDay = String.raw`^[1-9]\d{3}-${months}${clock}${zone}$`;
const leapDay = String.raw`^[1-9]\d{3}-02-29${clock}${zone}$`;
const epoch = String.raw`^\d{1,15}(\.\d+)?$`;

/**
 * SQL for the moment that a column holds, as `timestamptz`, whichever way it is written: a time (UTC where it names no zone), a day,
 * SQL or ISO 8601 text, Unix seconds, Unix milliseconds (from 1e11 on: as seconds that would be the year 5138). NULL for anything
 * else: a text that is no time must not fail the query.
 */
export function momentOf(alias: string, column: Column | null): string {
  if (column === null) return 'NULL::timestamptz';
  const name = `${alias}.${quoteName(column.name)}`;
  switch (column.typeName) {
    case 'timestamptz':
      return `${name}::timestamptz`;
    case 'timestamp':
    case 'date':
      return `(${name}::timestamp AT TIME ZONE 'UTC')`;
    default:
      return numbers.has(column.typeName)
        ? fromEpoch(`${name}::float8`)
        : fromText(textOf(alias, column));
  }
}

function fromEpoch(number: string): string {
  return `to_timestamp(CASE WHEN ${number} >= 1e11 THEN ${number} / 1000 ELSE ${number} END)`;
}

/** The 29th of February is taken as the day after the 28th, so that a year without one gives no error. */
function fromText(text: string): string {
  return `CASE
    WHEN ${text} ~ '${anyDay}' THEN (${text})::timestamptz
    WHEN ${text} ~ '${leapDay}' THEN overlay(${text} PLACING '28' FROM 9 FOR 2)::timestamptz + interval '1 day'
    WHEN ${text} ~ '${epoch}' THEN ${fromEpoch(`(${text})::float8`)} END`;
}
