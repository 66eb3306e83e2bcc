import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Column } from './columns.ts';

/** The text of a cell that has to hold something. @throws DATABASE_INVALID naming table, column and row. */
export function requiredText(
  cell: string | null | undefined,
  column: Column | null,
  rowId: string,
): string {
  if (cell !== null && cell !== undefined) return cell;
  throw unreadable({ column, rowId, what: 'NULL where a name has to be' });
}

/** The whole number in a cell, for sizes and counters. @throws DATABASE_INVALID when a double does not hold it exactly. */
export function wholeNumber(
  cell: string | null | undefined,
  column: Column | null,
  rowId: string,
): number | null {
  if (cell === null || cell === undefined) return null;
  const value = Number(cell);
  if (cell.trim() !== '' && Number.isSafeInteger(value)) return value;
  throw unreadable({ column, rowId, what: `${JSON.stringify(cell)}, which is no whole number` });
}

const numberTypes = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);

/** A cell for JSON: a number that a double holds exactly, as it is written, becomes a number; anything else stays text. */
export function jsonValue(cell: string | null | undefined, column: Column): string | number | null {
  if (cell === null || cell === undefined) return null;
  if (!numberTypes.has(column.typeName)) return cell;
  const value = Number(cell);
  const isExact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isExact && String(value) === cell ? value : cell;
}

function unreadable(cell: {
  readonly column: Column | null;
  readonly rowId: string;
  readonly what: string;
}): OperatorError {
  const table = cell.column?.table ?? 'a table';
  const column = cell.column?.name ?? 'a column';
  return new OperatorError('DATABASE_INVALID', {
    message: `The cell ${table}.${column} of row ${cell.rowId} holds ${cell.what}.`,
    hint: `Correct the cell (UPDATE ${table} SET ${column} = …) and plan again.`,
    details: { table, column, row: cell.rowId },
  });
}
