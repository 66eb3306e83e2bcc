import type { ScopeCatalogue } from '../../core/ports/migration-database.ts';
import { textOf } from './columns.ts';
import { joins } from './keys.ts';
import type { PostgresSchema } from './schema.ts';
import { startedAt } from './scope-filter.ts';
import type { PostgresSession } from './session.ts';

const sampleSize = 20;

/** What exists, for the error about an empty scope: at most 20 ids of each kind, in byte order. Needs a transaction that sees one state. */
export async function readCatalogue(
  session: PostgresSession,
  schema: PostgresSchema,
): Promise<ScopeCatalogue> {
  const { records, files, batches } = schema;
  const day = (moment: string): string => `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
  const { rows } = await session.query(
    `SELECT count(*)::text,
       (count(*) FILTER (WHERE ${textOf('m', records.roles.status)} COLLATE "C" = 'failed'))::text,
       ${day(`min(${startedAt(schema)})`)}, ${day(`max(${startedAt(schema)})`)}
     FROM ${records.sqlName} AS m`,
  );
  const [recordCount, failedCount, firstDay, lastDay] = rows[0] ?? [];
  const { fileId } = records.roles;
  return {
    batchIds: await sample(
      session,
      `SELECT ${textOf('b', batches.key)} AS id FROM ${batches.sqlName} AS b
       UNION SELECT ${textOf('m', records.roles.batchId)} FROM ${records.sqlName} AS m`,
    ),
    userIds:
      fileId === null
        ? []
        : await sample(
            session,
            `SELECT DISTINCT ${textOf('f', files.roles.userId)} AS id FROM ${records.sqlName} AS m
             JOIN ${files.sqlName} AS f ON ${joins({ alias: 'f', column: files.key }, { alias: 'm', column: fileId })}`,
          ),
    recordCount: Number(recordCount ?? 0),
    failedCount: Number(failedCount ?? 0),
    firstDay: firstDay ?? null,
    lastDay: lastDay ?? null,
  };
}

async function sample(session: PostgresSession, ids: string): Promise<readonly string[]> {
  const { rows } = await session.query(
    `SELECT id FROM (${ids}) AS ids WHERE id IS NOT NULL ORDER BY id COLLATE "C" LIMIT ${String(sampleSize)}`,
  );
  return rows.map(([id]) => id ?? '');
}
