import type { FullRow } from '../ports/migration-database.ts';

/** Reads cells of a whole row by column name; `null` for a column that the row has not, and for the name `null`. */
export type FullRowCells = (column: string | null) => string | number | null;

/** Looks columns up without case where the database does: SQLite spells them as the CREATE TABLE statement, the mapping does not. */
export function cellsOf(row: FullRow): FullRowCells {
  let byLowerName: ReadonlyMap<string, string | number | null> | undefined;
  return (column) => {
    if (column === null) return null;
    const exact = row[column];
    if (exact !== undefined) return exact;
    byLowerName ??= new Map(Object.entries(row).map(([name, cell]) => [name.toLowerCase(), cell]));
    return byLowerName.get(column.toLowerCase()) ?? null;
  };
}
