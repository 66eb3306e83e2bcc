import { type CsvFormat, csvLineOf } from './csv.ts';
import { ReconstructedColumn, type ReconstructedRow } from './domain/reconstruction.ts';

const NAMES = ['recordId', 'batchId', 'fileId', 'filename', 'sourcePath', 'objectKey'] as const;
const TOLD = ['confidence', 'source', 'disagreement'] as const;

/** Reconstructed rows as CSV: each value has its confidence beside it. */
export const RECONSTRUCTION_CSV: CsvFormat<ReconstructedRow> = {
  head: csvLineOf([
    ...NAMES,
    ...ReconstructedColumn.options.flatMap((column) => [column, `${column}Confidence`]),
    ...TOLD,
  ]),
  line: (row) => {
    const cells = ReconstructedColumn.options.flatMap((column) => {
      const cell = row.cells.find((one) => one.column === column);
      return [cell?.value ?? null, cell?.confidence ?? null];
    });
    return csvLineOf([
      ...NAMES.map((name) => row[name]),
      ...cells,
      ...TOLD.map((name) => row[name]),
    ]);
  },
};
