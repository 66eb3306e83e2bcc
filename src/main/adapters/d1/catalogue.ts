import type { ScopeCatalogue } from '../../core/ports/migration-database.ts';
import type { MigrationMapping } from '../../core/schema/migration-mapping.ts';
import type { Connection } from './connection.ts';
import { startedAtSql } from './scope-filter.ts';
import { columnSql, quotedName } from './sql-names.ts';

const sampleSize = 20;

/** What exists, for the error about an empty scope: at most 20 ids of each kind, in byte order. */
export function readCatalogue(connection: Connection, mapping: MigrationMapping): ScopeCatalogue {
  const { batches, records, files } = mapping;
  const recordTable = quotedName(records.name);
  const startedAt = startedAtSql(mapping);
  const totals = connection
    .prepare<[], [number, number, string | null, string | null]>(
      `SELECT count(*), count(*) FILTER (WHERE ${columnSql(records, 'status', 'm')} = 'failed' COLLATE BINARY),
         date(min(${startedAt}), 'unixepoch'), date(max(${startedAt}), 'unixepoch')
       FROM ${recordTable} AS m`,
    )
    .raw()
    .get();
  const [recordCount, failedCount, firstDay, lastDay] = totals ?? [0, 0, null, null];
  return {
    batchIds: sample(
      connection,
      `SELECT ${columnSql(batches, 'batchId')} AS id FROM ${quotedName(batches.name)}
       UNION SELECT ${columnSql(records, 'batchId')} FROM ${recordTable}`,
    ),
    userIds: sample(
      connection,
      `SELECT DISTINCT ${columnSql(files, 'userId', 'f')} AS id FROM ${recordTable} AS m
       JOIN ${quotedName(files.name)} AS f
       ON ${columnSql(files, 'id', 'f')} = ${columnSql(records, 'fileId', 'm')}`,
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
