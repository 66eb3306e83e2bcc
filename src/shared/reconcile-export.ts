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
export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`;

/**
 * A finding as a line of CSV (RFC 4180), with its line break.
 *
 * A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula: such a cell gets a `'` before it.
 * Keys may begin so; JSON lines keep them as they are.
 */
export function csvLine(finding: ReconcileFinding): string {
  return `${COLUMNS.map((column) => csvCell(finding[column])).join(',')}\r\n`;
}

/** A finding as a line of JSON, with its line break. */
export function jsonLine(finding: ReconcileFinding): string {
  return `${JSON.stringify(finding)}\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const harmless = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /["',\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
