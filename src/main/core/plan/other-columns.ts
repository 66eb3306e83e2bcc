import type { FullRow } from '../ports/migration-database.ts';
import { cellsOf } from '../schema/full-row-cells.ts';
import type { MigrationMapping, TableMapping } from '../schema/migration-mapping.ts';
import { writtenColumns } from '../schema/written-columns.ts';
import type { KeptFile } from './kept-values.ts';

/** Columns that no plan writes and that differ from what was kept, as `table.column`, with the number of rows. */
export type DifferingColumns = ReadonlyMap<string, number>;

/** Compares the columns that Unwind never writes: a restore leaves them, and the operator must know. */
export interface OtherColumns {
  fileIdOf(file: FullRow): string;
  compare(kept: KeptFile, present: KeptFile['whole'] | undefined): void;
  found(): DifferingColumns;
}

/** Starts with nothing compared. */
export function createOtherColumns(mapping: MigrationMapping): OtherColumns {
  const differing = new Map<string, number>();
  const inRecords = lowerNames(mapping.records);
  const inFiles = lowerNames(mapping.files);

  function compareRows(
    table: TableMapping<string>,
    written: ReadonlySet<string>,
    rows: readonly [FullRow | null, FullRow | null],
  ): void {
    const [kept, present] = rows;
    if (kept === null || present === null) return;
    const presentCell = cellsOf(present);
    for (const [column, cell] of Object.entries(kept)) {
      if (written.has(column.toLowerCase()) || presentCell(column) === cell) continue;
      const name = `${table.name}.${column}`;
      differing.set(name, (differing.get(name) ?? 0) + 1);
    }
  }

  return {
    fileIdOf: (file) => String(cellsOf(file)(mapping.files.columns.id)),
    compare: (kept, present) => {
      if (kept.whole === null || present === undefined || present === null) return;
      compareRows(mapping.records, inRecords, [kept.whole.record, present.record]);
      compareRows(mapping.files, inFiles, [kept.whole.file, present.file]);
    },
    found: () => differing,
  };
}

function lowerNames(table: TableMapping<string>): ReadonlySet<string> {
  return new Set([...writtenColumns(table)].map((column) => column.toLowerCase()));
}
