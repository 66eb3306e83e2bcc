/** A name as SQL writes it, whatever its case and its characters. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table by schema and name, so that no search path decides which one is meant. */
export function tableName(table: { readonly schema: string; readonly name: string }): string {
  return `${quoteName(table.schema)}.${quoteName(table.name)}`;
}
