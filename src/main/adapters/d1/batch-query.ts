import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import {
  type BatchCounters,
  batchStatusOf,
  batchValuesOf,
  type StoredBatch,
} from '../../core/schema/batch-status.ts';
import type { BatchRole } from '../../core/schema/migration-mapping.ts';
import type { Cell, CellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { type D1Schema, roleColumns } from './schema.ts';
import { columnSql, quotedName } from './sql-names.ts';

/** What reading batches needs. */
export interface BatchSource {
  readonly connection: Connection;
  readonly schema: D1Schema;
  readonly cells: CellReader;
}

/** In the order in which `readStored` takes the cells. */
const storedRoles = [
  'batchId',
  'totalFiles',
  'completedFiles',
  'failedFiles',
  'verifiedFiles',
  'status',
  'startedAt',
  'completedAt',
] as const satisfies readonly BatchRole[];

/** Batches with stored and recomputed counters in byte order of their id; one that only has records is listed too. */
export function readBatches(
  source: BatchSource,
  batchIds: readonly string[] | 'all',
): readonly BatchStatus[] {
  const stored = readStored(source, batchIds);
  const recomputed = recount(source, batchIds);
  return [...new Set([...stored.keys(), ...recomputed.keys()])]
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((batchId) =>
      batchStatusOf(source.schema.mapping, batchId, {
        stored: stored.get(batchId),
        recomputed: recomputed.get(batchId),
      }),
    );
}

/** The stored values of the named batch rows; a batch without a row is absent. */
export function readBatchValues(
  source: BatchSource,
  batchIds: readonly string[],
): ReadonlyMap<string, BatchValues> {
  return new Map(
    [...readStored(source, batchIds)].map(([batchId, row]) => [batchId, batchValuesOf(row)]),
  );
}

function readStored(
  { connection, schema, cells }: BatchSource,
  batchIds: readonly string[] | 'all',
): ReadonlyMap<string, StoredBatch> {
  const { batches } = schema.mapping;
  const columns = roleColumns(schema, 'migration_batches', batches);
  const named = namedIn(columnSql(batches, 'batchId'), batchIds);
  const selected = storedRoles.map((role) => columnSql(batches, role)).join(', ');
  const rows = connection
    .prepare<string[], Cell[]>(`SELECT ${selected} FROM ${quotedName(batches.name)} ${named.where}`)
    .raw()
    .safeIntegers()
    .all(...named.values);
  return new Map(
    rows.map((row) => {
      const batchId = cells.keyOf(row[0], columns.batchId);
      const stored: StoredBatch = {
        totalFiles: cells.integerOf(row[1], columns.totalFiles, batchId),
        completedFiles: cells.integerOf(row[2], columns.completedFiles, batchId),
        failedFiles: cells.integerOf(row[3], columns.failedFiles, batchId),
        verifiedFiles: cells.integerOf(row[4], columns.verifiedFiles, batchId),
        status: cells.textOf(row[5], columns.status, batchId),
        startedAt: cells.textOf(row[6], columns.startedAt, batchId),
        completedAt: cells.textOf(row[7], columns.completedAt, batchId),
      };
      return [batchId, stored];
    }),
  );
}

/** Counts as a migrator counts: a verified file was completed first, and one being processed is still pending. */
function recount(
  { connection, schema, cells }: BatchSource,
  batchIds: readonly string[] | 'all',
): ReadonlyMap<string, BatchCounters> {
  const { records } = schema.mapping;
  const batchId = columnSql(records, 'batchId');
  const named = namedIn(batchId, batchIds);
  const rows = connection
    .prepare<string[], [Cell, Cell, number, number, number, number, number, number]>(
      `SELECT min(id), batch_id, count(*),
         count(*) FILTER (WHERE s IN ('completed', 'verified')),
         count(*) FILTER (WHERE s = 'failed'),
         count(*) FILTER (WHERE s = 'verified'),
         count(*) FILTER (WHERE s IN ('pending', 'processing')),
         count(*) FILTER (WHERE s = 'rolled_back')
       FROM (SELECT ${columnSql(records, 'id')} AS id, ${batchId} COLLATE BINARY AS batch_id,
               ${columnSql(records, 'status')} COLLATE BINARY AS s
             FROM ${quotedName(records.name)} ${named.where}) GROUP BY 2`,
    )
    .raw()
    .all(...named.values);
  const keyColumn = roleColumns(schema, 'file_migrations', records).batchId;
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
