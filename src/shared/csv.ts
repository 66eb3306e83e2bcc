/** How rows become lines of a file: its first line, and one for each row, each with its line break. */
export interface CsvFormat<Row> {
  readonly head: string;
  readonly line: (row: Row) => string;
}

/** Values as one line of CSV (RFC 4180), with its line break. `null` is an empty cell. */
export function csvLineOf(values: readonly (string | number | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/**
 * A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula: such a text gets a `'` before it.
 */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const harmless = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /["',\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
