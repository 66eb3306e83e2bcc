import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import {
  type BatchCounters,
  batchStatusOf,
  batchValuesOf,
  type StoredBatch,
} from '../../core/schema/batch-status.ts';
import { requiredText, wholeNumber } from './cells.ts';
import { textOf } from './columns.ts';
import { isOneOf, keyTexts, keyType } from './keys.ts';
import { locking, type Reading } from './record-query.ts';
import type { PostgresSchema, TrackedSchema } from './schema.ts';
import type { Parameter, PostgresSession } from './session.ts';

/**
 * Batches with stored and recomputed counters in byte order of their id; one that only has records is listed too.
 * Needs a transaction that sees one state.
 */
export async function readBatches(
  session: PostgresSession,
  schema: PostgresSchema,
  batchIds: readonly string[] | 'all',
): Promise<readonly BatchStatus[]> {
  const stored = await readStored(session, schema, batchIds, 'look');
  const recomputed = await recount(session, schema, batchIds);
  return [...new Set([...stored.keys(), ...recomputed.keys()])]
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((batchId) =>
      batchStatusOf(schema.mapping, batchId, {
        stored: stored.get(batchId),
        recomputed: recomputed.get(batchId),
      }),
    );
}

/** The stored values of the named batch rows; a batch without a row is absent. `lock` as in `Reading`. */
export async function readBatchValues(
  session: PostgresSession,
  schema: PostgresSchema,
  batches: { readonly ids: readonly string[]; readonly lock: Reading },
): Promise<ReadonlyMap<string, BatchValues>> {
  const stored = await readStored(session, schema, batches.ids, batches.lock);
  return new Map([...stored].map(([batchId, row]) => [batchId, batchValuesOf(row)]));
}

async function readStored(
  session: PostgresSession,
  { batches }: PostgresSchema,
  batchIds: readonly string[] | 'all',
  lock: Reading,
): Promise<ReadonlyMap<string, StoredBatch>> {
  const { roles } = batches;
  const column = (role: keyof typeof roles): string => textOf('t', roles[role]);
  const named = namedIn(batches, 'batchId', batchIds);
  const { rows } = await session.query(
    `SELECT ${column('batchId')}, ${column('totalFiles')}, ${column('completedFiles')},
       ${column('failedFiles')}, ${column('verifiedFiles')}, ${column('status')},
       ${column('startedAt')}, ${column('completedAt')}
     FROM ${batches.sqlName} AS t ${named.where}${locking(batches.key, lock)}`,
    named.values,
  );
  return new Map(
    rows.map((row) => {
      const batchId = requiredText(row[0], roles.batchId, 'unknown');
      const stored: StoredBatch = {
        totalFiles: wholeNumber(row[1], roles.totalFiles, batchId),
        completedFiles: wholeNumber(row[2], roles.completedFiles, batchId),
        failedFiles: wholeNumber(row[3], roles.failedFiles, batchId),
        verifiedFiles: wholeNumber(row[4], roles.verifiedFiles, batchId),
        status: row[5] ?? null,
        startedAt: row[6] ?? null,
        completedAt: row[7] ?? null,
      };
      return [batchId, stored];
    }),
  );
}

/** Counts as a migrator counts: a verified file was completed first, and one being processed is still pending. */
async function recount(
  session: PostgresSession,
  { records }: PostgresSchema,
  batchIds: readonly string[] | 'all',
): Promise<ReadonlyMap<string, BatchCounters>> {
  const named = namedIn(records, 'batchId', batchIds);
  const { rows } = await session.query(
    `SELECT batch_id, count(*)::text,
       (count(*) FILTER (WHERE s IN ('completed', 'verified')))::text,
       (count(*) FILTER (WHERE s = 'failed'))::text,
       (count(*) FILTER (WHERE s = 'verified'))::text,
       (count(*) FILTER (WHERE s IN ('pending', 'processing')))::text,
       (count(*) FILTER (WHERE s = 'rolled_back'))::text
     FROM (SELECT ${textOf('t', records.roles.batchId)} COLLATE "C" AS batch_id,
             ${textOf('t', records.roles.status)} COLLATE "C" AS s
           FROM ${records.sqlName} AS t ${named.where}) AS counted GROUP BY batch_id`,
    named.values,
  );
  return new Map(
    rows.map(([batchId, ...counts]) => {
      const [all = 0, completed = 0, failed = 0, verified = 0, pending = 0, rolledBack = 0] =
        counts.map(Number);
      return [
        requiredText(batchId, records.roles.batchId, 'unknown'),
        { records: all, completed, failed, verified, pending, rolledBack },
      ];
    }),
  );
}

function namedIn(
  table: TrackedSchema<'batchId'>,
  role: 'batchId',
  batchIds: readonly string[] | 'all',
): { readonly where: string; readonly values: readonly Parameter[] } {
  if (batchIds === 'all') return { where: '', values: [] };
  const column = table.roles[role];
  if (column === null) return { where: 'WHERE false', values: [] };
  return {
    where: `WHERE ${isOneOf('t', column, `$1::${keyType(column)}[]`)}`,
    values: [keyTexts(column, batchIds)],
  };
}
