import type { TestMigration } from '../migration/a-migration.ts';

/** More than reconcile keeps in memory about one key. */
export const MANY_ROWS = 6_000;

/** Adds `MANY_ROWS` file rows that point at one key. */
export function addManyRowsOf(migration: TestMigration, name: string): void {
  migration.sql(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO files (id, filename, user_id, r2_key) SELECT 'many-' || i, 'many', 'u-1', ? FROM n`,
    MANY_ROWS,
    migration.keyOf(name),
  );
}
