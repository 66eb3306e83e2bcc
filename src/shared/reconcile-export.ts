import { type CsvFormat, csvLineOf } from './csv.ts';
import type { ReconcileFinding } from './domain/reconcile.ts';

const COLUMNS = [
  'kind',
  'key',
  'table',
  'rowId',
  'fileId',
  'status',
  'recordedSizeBytes',
  'objectSizeBytes',
  'lastModified',
] as const satisfies readonly (keyof ReconcileFinding)[];

/** Findings as CSV. Keys that a spreadsheet would take for a formula are kept as they are by JSON lines only. */
export const FINDING_CSV: CsvFormat<ReconcileFinding> = {
  head: csvLineOf(COLUMNS),
  line: (finding) => csvLineOf(COLUMNS.map((column) => finding[column])),
};
