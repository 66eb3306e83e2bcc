import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { CellText } from '../../core/schema/record-of-full-rows.ts';
import type { Column } from './columns.ts';
import type { PostgresSchema } from './schema.ts';

/**
 * Gives cells of whole rows the text that `textOf` of columns.ts has for them: moments with a zone lose it, because whole rows are read
 * on sessions in UTC.
 */
export function createFullRowText(schema: PostgresSchema): CellText {
  return (cell, { table, role }) => {
    const column = columnOf(schema, table, role);
    const text = String(cell);
    if (column?.typeClass !== 'zoned-time' || text.endsWith('infinity')) return text;
    const inUtc = /^(.*)\+00( BC)?$/.exec(text);
    if (inUtc !== null) return `${inUtc[1] ?? ''}${inUtc[2] ?? ''}`;
    throw new OperatorError('DATABASE_INVALID', {
      message: `A kept value of ${column.table}.${column.name} is ${JSON.stringify(text)}, which is no moment in UTC.`,
      hint: 'It was written by another program or in another time zone: it cannot be compared with what stands in the database.',
      details: { table: column.table, column: column.name },
    });
  };
}

function columnOf(
  schema: PostgresSchema,
  table: 'batches' | 'records' | 'files',
  role: string,
): Column | null {
  const roles: Readonly<Record<string, Column | null>> = schema[table].roles;
  return roles[role] ?? null;
}
