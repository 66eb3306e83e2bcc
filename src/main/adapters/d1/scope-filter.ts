import type { RecordSelector } from '../../core/ports/migration-database.ts';
import type { MigrationMapping } from '../../core/schema/migration-mapping.ts';
import { columnSql } from './sql-names.ts';

/** A condition over records `AS m LEFT JOIN` files `AS f`, with the values it binds. */
export interface ScopeFilter {
  readonly where: string;
  readonly values: readonly (string | number)[];
  /** Whether the condition looks at `f`, so that the join is needed to count. */
  readonly needsFile: boolean;
}

const dayMs = 86_400_000;

/** Makes the conditions for the records that a selector matches. Text is compared byte by byte, whatever the column's collation. */
export function createScopeFilter(
  mapping: MigrationMapping,
): (selector: RecordSelector) => ScopeFilter {
  const { records, files } = mapping;
  const status = columnSql(records, 'status', 'm');
  const batchId = columnSql(records, 'batchId', 'm');
  const userId = columnSql(files, 'userId', 'f');
  const startedAt = startedAtSql(mapping);
  return ({ scope, include }) => {
    const terms: string[] = [];
    const values: (string | number)[] = [];
    const add = (term: string, value: string | number): void => {
      terms.push(term);
      values.push(value);
    };
    if (scope.batchId !== undefined) add(`${batchId} = ? COLLATE BINARY`, scope.batchId);
    if (scope.userId !== undefined) add(`${userId} = ? COLLATE BINARY`, scope.userId);
    if (scope.failedOnly) terms.push(`${status} = 'failed' COLLATE BINARY`);
    if (scope.startDate !== undefined) add(`${startedAt} >= ?`, epochSeconds(scope.startDate));
    if (scope.endDate !== undefined) {
      add(`${startedAt} < ?`, epochSeconds(scope.endDate) + dayMs / 1000);
    }
    if (include === 'live') terms.push(`${status} IS NOT 'rolled_back' COLLATE BINARY`);
    return {
      where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`,
      values,
      needsFile: scope.userId !== undefined,
    };
  };
}

function epochSeconds(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

/**
 * SQL for the moment in `column` as seconds since 1970, whichever way it is written: SQL or ISO 8601 text (UTC where it
 * names no zone), Unix seconds, Unix milliseconds (from 1e11 on: as seconds that would be the year 5138), Julian day.
 * NULL for anything else, `now` and bare times of day included, which SQLite would take for a moment.
 */
function moment(column: string): string {
  return `CASE
    WHEN ${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9]*' THEN unixepoch(${column})
    WHEN ${column} = '' OR ${column} GLOB '*[^0-9.]*' THEN NULL
    WHEN CAST(${column} AS REAL) >= 1e11 THEN CAST(${column} AS REAL) / 1000
    ELSE unixepoch(${column}, 'auto') END`;
}

/** SQL for when the migration of a record `AS m` started: when it was started, else created. */
export function startedAtSql({ records }: MigrationMapping): string {
  const [startedAt, createdAt] = (['startedAt', 'createdAt'] as const).map((role) =>
    moment(columnSql(records, role, 'm')),
  );
  return `coalesce(${String(startedAt)}, ${String(createdAt)})`;
}
