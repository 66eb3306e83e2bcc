import { csvLineOf } from './csv.ts';
import { ReconstructedColumn, type ReconstructedRow } from './domain/reconstruction.ts';

const NAMES = ['recordId', 'batchId', 'fileId', 'filename', 'sourcePath', 'objectKey'] as const;
const TOLD = ['confidence', 'source', 'disagreement'] as const;

/** The first line of a CSV file of reconstructed rows, with its line break: each value has its confidence beside it. */
export const RECONSTRUCTION_CSV_HEAD = csvLineOf([
  ...NAMES,
  ...ReconstructedColumn.options.flatMap((column) => [column, `${column}Confidence`]),
  ...TOLD,
]);

/** A reconstructed row as a line of CSV, with its line break. */
export function reconstructionCsvLine(row: ReconstructedRow): string {
  const cells = ReconstructedColumn.options.flatMap((column) => {
    const cell = row.cells.find((one) => one.column === column);
    return [cell?.value ?? null, cell?.confidence ?? null];
  });
  return csvLineOf([...NAMES.map((name) => row[name]), ...cells, ...TOLD.map((name) => row[name])]);
}
