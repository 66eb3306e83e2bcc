import type { TableMapping } from './migration-mapping.ts';

/** The roles that a rollback or its undo writes, of all three tables. */
const writtenRoles: ReadonlySet<string> = new Set([
  'completedFiles',
  'failedFiles',
  'verifiedFiles',
  'status',
  'completedAt',
  'r2Key',
  'checksum',
  'updatedAt',
  'migratedAt',
  'migrationStatus',
  'migrationBatchId',
]);

/** The columns of a table that a rollback or its undo writes. Pure. */
export function writtenColumns({
  columns,
}: Pick<TableMapping<string>, 'columns'>): ReadonlySet<string> {
  return new Set(
    Object.entries(columns).flatMap(([role, column]) =>
      column !== null && writtenRoles.has(role) ? [column] : [],
    ),
  );
}
