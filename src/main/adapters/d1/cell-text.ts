import { isUtf8 } from 'node:buffer';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Connection } from './connection.ts';
import type { Column } from './schema.ts';
import { quotedName } from './sql-names.ts';

/** A cell as better-sqlite3 hands it over when integers are read as bigint. */
export type Cell = string | number | bigint | Buffer | null;

/**
 * Reads cells as text that SQLite turns back into the very same stored value when it is written to the same column.
 *
 * That holds because a column's affinity converts numeric text: integers travel as decimal digits (all 64 bits), reals
 * by the shortest digits that name the same double. Where it cannot hold the cell is refused: BLOBs, numbers in a
 * column without affinity, text that is not valid UTF-8.
 *
 * @throws DATABASE_INVALID naming table, column and row.
 */
export interface CellReader {
  textOf(cell: Cell | undefined, column: Column, rowId: string): string | null;
  /** For ids: as `textOf`, and never NULL. */
  keyOf(cell: Cell | undefined, column: Column): string;
  /** For a column that has to hold something: as `textOf`, and never NULL. */
  requiredTextOf(cell: Cell | undefined, column: Column, rowId: string): string;
  /** For whole rows: as `textOf`, but a number that a double holds exactly stays a number. */
  jsonOf(cell: Cell | undefined, column: Column, rowId: string): string | number | null;
  /** For sizes and counters: a whole number that a double holds exactly. */
  integerOf(cell: Cell | undefined, column: Column, rowId: string): number | null;
}

/** Makes a cell reader. `connection` must not have a query running when a cell holds U+FFFD. */
export function createCellReader(connection: Connection): CellReader {
  function textOf(cell: Cell | undefined, column: Column, rowId: string): string | null {
    if (cell === null || cell === undefined) return null;
    if (typeof cell === 'string') {
      if (cell.includes('\uFFFD')) requireValidText(connection, column, rowId);
      return cell;
    }
    if (typeof cell === 'object') throw unreadable(column, rowId, 'a BLOB');
    if (column.affinity === 'none') {
      throw unreadable(column, rowId, 'a number although the column has no type');
    }
    return typeof cell === 'bigint' ? cell.toString() : realText(cell);
  }

  function requiredTextOf(cell: Cell | undefined, column: Column, rowId: string): string {
    const text = textOf(cell, column, rowId);
    if (text === null) throw unreadable(column, rowId, 'NULL where a name has to be');
    return text;
  }

  function keyOf(cell: Cell | undefined, column: Column): string {
    return requiredTextOf(cell, column, typeof cell === 'string' ? cell : 'unknown');
  }

  function integerOf(cell: Cell | undefined, column: Column, rowId: string): number | null {
    const text = textOf(cell, column, rowId);
    if (text === null) return null;
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value)) return value;
    throw unreadable(column, rowId, `${JSON.stringify(text)}, which is no whole number`);
  }

  function jsonOf(cell: Cell | undefined, column: Column, rowId: string): string | number | null {
    const text = textOf(cell, column, rowId);
    if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : text;
    // A whole REAL would come back from JSON as an integer.
    return typeof cell === 'number' && Number.isFinite(cell) && !Number.isInteger(cell)
      ? cell
      : text;
  }

  return { textOf, keyOf, requiredTextOf, jsonOf, integerOf };
}

/**
 * The shortest digits of a double, which SQLite reads back as the same double. A whole one keeps its `.0`: bare digits
 * would be an integer, and beyond 2^53 another number. Infinity has no literal of its own.
 */
function realText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999';
  const digits = String(value);
  return /^-?\d+$/.test(digits) ? `${digits}.0` : digits;
}

/**
 * Tells a stored U+FFFD from one that the decoder put in place of broken bytes: writing the latter back would change
 * the cell, and comparing with it would never match.
 */
function requireValidText(connection: Connection, column: Column, rowId: string): void {
  const bytes = connection
    .prepare<[string], Buffer | null>(
      `SELECT CAST(${quotedName(column.name)} AS BLOB) FROM ${quotedName(column.table)}
       WHERE ${quotedName(column.key)} = ? COLLATE BINARY`,
    )
    .pluck()
    .get(rowId);
  if (bytes !== undefined && (bytes === null || isUtf8(bytes))) return;
  throw unreadable(column, rowId, 'text that is not valid UTF-8');
}

function unreadable(column: Column, rowId: string, what: string): OperatorError {
  const { table, key } = column;
  return new OperatorError('DATABASE_INVALID', {
    message: `The cell ${table}.${column.name} of row ${rowId} holds ${what}; Unwind could not write it back unchanged.`,
    hint: `Correct the cell (UPDATE ${table} SET ${column.name} = … WHERE ${key} = …) and plan again.`,
    details: { table, column: column.name, row: rowId },
  });
}
