import { csvLineOf } from './csv.ts';
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

/** The first line of a CSV file of findings, with its line break. */
export const CSV_HEAD = csvLineOf(COLUMNS);

/** A finding as a line of CSV, with its line break. Keys that a spreadsheet would take for a formula are kept as they are by JSON lines only. */
export function csvLine(finding: ReconcileFinding): string {
  return csvLineOf(COLUMNS.map((column) => finding[column]));
}

/** A finding as a line of JSON, with its line break. */
export function jsonLine(finding: ReconcileFinding): string {
  return `${JSON.stringify(finding)}\n`;
}
