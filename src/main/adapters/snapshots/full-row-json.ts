import type { FullRow } from '../../core/ports/migration-database.ts';

/** Parses the JSON text of a whole row. @throws when it is not an object of texts, numbers and nulls. */
export function parseFullRow(json: string): FullRow {
  const row: unknown = JSON.parse(json);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new Error('a row is no JSON object');
  }
  for (const [name, cell] of Object.entries(row)) {
    if (cell !== null && typeof cell !== 'string' && typeof cell !== 'number') {
      throw new Error(`the value of ${name} is neither text nor a number`);
    }
  }
  return row as FullRow;
}
