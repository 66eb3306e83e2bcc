import type { ScopeCatalogue } from '../../core/ports/migration-database.ts';
import type { Connection } from './connection.ts';
import { startedAt } from './scope-filter.ts';

const sampleSize = 20;

/** What exists, for the error about an empty scope: at most 20 ids of each kind, in byte order. */
export function readCatalogue(connection: Connection): ScopeCatalogue {
  const totals = connection
    .prepare<[], [number, number, string | null, string | null]>(
      `SELECT count(*), count(*) FILTER (WHERE status = 'failed' COLLATE BINARY),
         date(min(${startedAt}), 'unixepoch'), date(max(${startedAt}), 'unixepoch')
       FROM file_migrations AS m`,
    )
    .raw()
    .get();
  const [recordCount, failedCount, firstDay, lastDay] = totals ?? [0, 0, null, null];
  return {
    batchIds: sample(
      connection,
      `SELECT batch_id AS id FROM migration_batches UNION SELECT batch_id FROM file_migrations`,
    ),
    userIds: sample(
      connection,
      'SELECT DISTINCT f.user_id AS id FROM file_migrations AS m JOIN files AS f ON f.id = m.file_id',
    ),
    recordCount,
    failedCount,
    firstDay,
    lastDay,
  };
}

function sample(connection: Connection, ids: string): readonly string[] {
  return connection
    .prepare<[number], string>(
      `SELECT CAST(id AS TEXT) FROM (${ids}) WHERE id IS NOT NULL ORDER BY 1 COLLATE BINARY LIMIT ?`,
    )
    .pluck()
    .all(sampleSize);
}
