import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { columnOf, type D1Schema } from './schema.ts';

/** What reading batches needs. */
export interface BatchSource {
  readonly connection: Connection;
  readonly schema: D1Schema;
  readonly cells: CellReader;
}

type Counters = BatchStatus['recomputed'];

interface StoredBatch extends BatchValues {
  readonly totalFiles: number | null;
  readonly startedAt: string | null;
}

const noRecords: Counters = {
  records: 0,
  completed: 0,
  failed: 0,
  verified: 0,
  pending: 0,
  rolledBack: 0,
};

/** Batches with stored and recomputed counters in byte order of their id; one that only has records is listed too. */
export function readBatches(
  source: BatchSource,
  batchIds: readonly string[] | 'all',
): readonly BatchStatus[] {
  const stored = readStored(source, batchIds);
  const recomputed = recount(source, batchIds);
  return [...new Set([...stored.keys(), ...recomputed.keys()])]
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((batchId) => toStatus(batchId, stored.get(batchId), recomputed.get(batchId)));
}

/** The stored values of the named batch rows; a batch without a row is absent. */
export function readBatchValues(
  source: BatchSource,
  batchIds: readonly string[],
): ReadonlyMap<string, BatchValues> {
  return new Map(
    [...readStored(source, batchIds)].map(([batchId, row]) => [
      batchId,
      {
        completedFiles: row.completedFiles,
        failedFiles: row.failedFiles,
        verifiedFiles: row.verifiedFiles,
        status: row.status,
        completedAt: row.completedAt,
      },
    ]),
  );
}

function toStatus(
  batchId: string,
  stored: StoredBatch | undefined,
  recomputed: Counters = noRecords,
): BatchStatus {
  return {
    batchId,
    status: stored?.status ?? null,
    totalFiles: stored?.totalFiles ?? null,
    stored: {
      completed: stored?.completedFiles ?? null,
      failed: stored?.failedFiles ?? null,
      verified: stored?.verifiedFiles ?? null,
    },
    recomputed,
    countersAgree:
      (stored?.completedFiles ?? 0) === recomputed.completed &&
      (stored?.failedFiles ?? 0) === recomputed.failed &&
      (stored?.verifiedFiles ?? 0) === recomputed.verified,
    startedAt: stored?.startedAt ?? null,
    completedAt: stored?.completedAt ?? null,
  };
}

function readStored(
  { connection, schema, cells }: BatchSource,
  batchIds: readonly string[] | 'all',
): ReadonlyMap<string, StoredBatch> {
  const column = (name: string) => columnOf(schema, 'migration_batches', name);
  const named = namedIn('batch_id', batchIds);
  const rows = connection
    .prepare<string[], Cell[]>(
      `SELECT batch_id, total_files, completed_files, failed_files, verified_files, status,
       started_at, completed_at FROM migration_batches ${named.where}`,
    )
    .raw()
    .safeIntegers()
    .all(...named.values);
  return new Map(
    rows.map((row) => {
      const batchId = cells.keyOf(row[0], column('batch_id'));
      const stored: StoredBatch = {
        totalFiles: cells.integerOf(row[1], column('total_files'), batchId),
        completedFiles: cells.integerOf(row[2], column('completed_files'), batchId),
        failedFiles: cells.integerOf(row[3], column('failed_files'), batchId),
        verifiedFiles: cells.integerOf(row[4], column('verified_files'), batchId),
        status: cells.textOf(row[5], column('status'), batchId),
        startedAt: cells.textOf(row[6], column('started_at'), batchId),
        completedAt: cells.textOf(row[7], column('completed_at'), batchId),
      };
      return [batchId, stored];
    }),
  );
}

/** Counts as a migrator counts: a verified file was completed first, and one being processed is still pending. */
function recount(
  { connection, schema, cells }: BatchSource,
  batchIds: readonly string[] | 'all',
): ReadonlyMap<string, Counters> {
  const named = namedIn('batch_id', batchIds);
  const rows = connection
    .prepare<string[], [Cell, Cell, number, number, number, number, number, number]>(
      `SELECT min(id), batch_id, count(*),
         count(*) FILTER (WHERE s IN ('completed', 'verified')),
         count(*) FILTER (WHERE s = 'failed'),
         count(*) FILTER (WHERE s = 'verified'),
         count(*) FILTER (WHERE s IN ('pending', 'processing')),
         count(*) FILTER (WHERE s = 'rolled_back')
       FROM (SELECT id, batch_id COLLATE BINARY AS batch_id, status COLLATE BINARY AS s
             FROM file_migrations ${named.where}) GROUP BY 2`,
    )
    .raw()
    .all(...named.values);
  const keyColumn = columnOf(schema, 'file_migrations', 'batch_id');
  return new Map(
    rows.map(([sampleId, batchId, records, completed, failed, verified, pending, rolledBack]) => [
      cells.requiredTextOf(batchId, keyColumn, String(sampleId)),
      { records, completed, failed, verified, pending, rolledBack },
    ]),
  );
}

function namedIn(
  column: string,
  batchIds: readonly string[] | 'all',
): { readonly where: string; readonly values: string[] } {
  if (batchIds === 'all') return { where: '', values: [] };
  return {
    where: `WHERE ${column} COLLATE BINARY IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(batchIds)],
  };
}
