/** A row as a line of JSON (one of a file of JSON lines), with its line break. */
export function jsonLineOf(row: unknown): string {
  return `${JSON.stringify(row)}\n`;
}
