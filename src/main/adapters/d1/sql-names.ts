import type { TableMapping } from '../../core/schema/migration-mapping.ts';

/** A name as SQL takes it, whatever is in it. SQLite compares it without case, and here never takes it for a text. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The column that plays `role`, as `alias."column"`; the literal NULL where there is none. */
export function columnSql<Role extends string>(
  { columns }: Pick<TableMapping<Role>, 'columns'>,
  role: Role,
  alias?: string,
): string {
  const column = columns[role];
  if (column === null) return 'NULL';
  return alias === undefined ? quotedName(column) : `${alias}.${quotedName(column)}`;
}
