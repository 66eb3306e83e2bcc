type Value = string | number | boolean | null | Uint8Array | readonly (string | null)[];

/** Quoted text and names stay as they are; then placeholders, runs of blanks, and the words before which a line ends. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)|\?|\s+(?:(SET|FROM|WHERE|AND)\b)?/g;

/** A statement as somebody reads it: its values in place of `?` or `$1`, a line for each part. Both databases execute it as it is. */
export function writtenOut(sql: string, values: readonly Value[]): string {
  let next = 0;
  return sql.replace(TOKEN, (token, numbered?: string, word?: string) => {
    if (numbered !== undefined) return literal(values[Number(numbered) - 1] ?? null);
    if (token === '?') return literal(values[next++] ?? null);
    if (word !== undefined) return `\n  ${word}`;
    return token.trim() === '' ? ' ' : token;
  });
}

function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (value instanceof Uint8Array) return `'\\x${hexOf(value)}'`;
  return typeof value === 'object' ? `ARRAY[${value.map(literal).join(', ')}]` : String(value);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
