import type { RecordSelector } from '../../core/ports/migration-database.ts';

/** A condition over `file_migrations AS m LEFT JOIN files AS f`, with the values it binds. */
export interface ScopeFilter {
  readonly where: string;
  readonly values: readonly (string | number)[];
  /** Whether the condition looks at `f`, so that the join is needed to count. */
  readonly needsFile: boolean;
}

const dayMs = 86_400_000;

/** The condition for the records that `selector` matches. Text is compared byte by byte, whatever the column's collation. */
export function scopeFilter({ scope, include }: RecordSelector): ScopeFilter {
  const terms: string[] = [];
  const values: (string | number)[] = [];
  const add = (term: string, value: string | number): void => {
    terms.push(term);
    values.push(value);
  };
  if (scope.batchId !== undefined) add('m.batch_id = ? COLLATE BINARY', scope.batchId);
  if (scope.userId !== undefined) add('f.user_id = ? COLLATE BINARY', scope.userId);
  if (scope.failedOnly) terms.push("m.status = 'failed' COLLATE BINARY");
  if (scope.startDate !== undefined) add(`${startedAt} >= ?`, epochSeconds(scope.startDate));
  if (scope.endDate !== undefined) {
    add(`${startedAt} < ?`, epochSeconds(scope.endDate) + dayMs / 1000);
  }
  if (include === 'live') terms.push("m.status IS NOT 'rolled_back' COLLATE BINARY");
  return {
    where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`,
    values,
    needsFile: scope.userId !== undefined,
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

/** SQL for when a record's migration started: `started_at`, else `created_at`. */
export const startedAt = `coalesce(${moment('m.started_at')}, ${moment('m.created_at')})`;
