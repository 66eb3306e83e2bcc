import { invariant } from '../../../shared/domain/operator-error.ts';
import type { MigrationReader } from '../../core/ports/migration-database.ts';
import { createFullRowReading } from '../../core/schema/record-of-full-rows.ts';
import { readAddedColumns } from './added-columns.ts';
import { readBatches, readBatchValues } from './batch-query.ts';
import { readCatalogue } from './catalogue.ts';
import { createFullRowText } from './full-row-text.ts';
import { readFullRows } from './full-rows.ts';
import {
  countQuery,
  createRecordMapper,
  extentQuery,
  keyQuery,
  pageQuery,
  type Query,
  readPresentRows,
  rowValuesOf,
  streamQuery,
} from './record-query.ts';
import { createReferenceMapper, referenceQuery } from './references.ts';
import { createSizedReferenceMapper, referenceByKeyQuery } from './references-by-key.ts';
import { previewRowChange } from './row-change-sql.ts';
import { readRowLines } from './row-lines.ts';
import type { PostgresSession, TextRow } from './session.ts';
import { openTuned, openWithSchema, type PostgresPlace } from './tuned-session.ts';

/**
 * Opens the reading side of a PostgreSQL database on sessions that the server keeps from writing.
 *
 * Each stream has a session and a transaction of its own, which is its one consistent state; the other methods share one session
 * and wait for each other.
 */
export async function openPostgresReader(place: PostgresPlace): Promise<MigrationReader> {
  const { session, schema } = await openWithSchema(place, 'read');
  const openStreams = new Set<() => Promise<void>>();
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other, each in a transaction, so that the statements of one answer see one state. */
  function read<T>(work: () => Promise<T>): Promise<T> {
    const answer = last.then(() => session.transaction('read', work));
    last = answer.catch(() => undefined);
    return answer;
  }

  async function* stream<T>(
    query: Query,
    toItem: (row: TextRow) => T,
    chunkSize: number,
  ): AsyncGenerator<readonly T[]> {
    invariant(chunkSize > 0, 'A stream was asked for chunks without rows.');
    const own = await openTuned(place, 'read');
    const close = async (): Promise<void> => {
      openStreams.delete(close);
      await own.close();
    };
    openStreams.add(close);
    try {
      await beginStream(own);
      for await (const rows of own.stream(query.sql, query.values, chunkSize)) {
        yield rows.map(toItem);
        // The reader may have been closed meanwhile.
        if (!openStreams.has(close)) return;
      }
    } finally {
      await close();
    }
  }

  return {
    countRecords: (selector) =>
      read(async () => {
        const { sql, values } = countQuery(schema, selector);
        const { rows } = await session.query(sql, values);
        return Number(rows[0]?.[0] ?? 0);
      }),

    measureRecords: (selector) =>
      read(async () => {
        const { sql, values } = extentQuery(schema, selector);
        const { rows } = await session.query(sql, values);
        return rows.map(([status = null, records, bytes, recordsWithoutSize]) => ({
          status,
          records: Number(records),
          bytes: Number(bytes),
          recordsWithoutSize: Number(recordsWithoutSize),
        }));
      }),

    streamRecords: (selector, chunkSize) =>
      stream(streamQuery(schema, selector), createRecordMapper(schema), chunkSize),

    pageRecords: (selector, page) =>
      read(async () => {
        const { sql, values } = pageQuery(schema, selector, page);
        const { rows } = await session.query(sql, values);
        return rows.map(createRecordMapper(schema));
      }),

    readRows: (addresses) =>
      read(async () => {
        const present = await readPresentRows(session, schema, {
          recordIds: addresses.map(({ recordId }) => recordId),
          fileIds: addresses.flatMap(({ fileId }) => (fileId === null ? [] : [fileId])),
          lock: 'look',
        });
        return new Map(
          addresses.flatMap((address) => {
            const values = rowValuesOf(present, address);
            return values === undefined ? [] : [[address.recordId, values] as const];
          }),
        );
      }),

    previewRowChange: (change) => Promise.resolve(previewRowChange(schema, change)),

    streamObjectKeys: (selector, chunkSize) =>
      stream(keyQuery(schema, selector), ([key]) => key ?? '', chunkSize),

    streamReferences: (chunkSize) =>
      stream(referenceQuery(schema), createReferenceMapper(schema), chunkSize),

    streamReferencesByKey: ({ afterKey, chunkSize }) =>
      stream(referenceByKeyQuery(schema, afterKey), createSizedReferenceMapper(schema), chunkSize),

    readBatches: (batchIds) => read(() => readBatches(session, schema, batchIds)),

    readBatchValues: (batchIds) =>
      read(() => readBatchValues(session, schema, { ids: batchIds, lock: 'look' })),

    readFullRows: (table, ids) => read(() => readFullRows(session, schema, { table, ids })),

    readRowLines: (table, ids) => read(() => readRowLines(session, schema, { table, ids })),

    ...createFullRowReading(schema.mapping, createFullRowText(schema)),

    readAddedColumns: () => read(() => readAddedColumns(session, schema)),

    readCatalogue: () => read(() => readCatalogue(session, schema)),

    close: async () => {
      await Promise.all([...openStreams].map((close) => close()));
      await last;
      await session.close();
    },
  };
}

/**
 * Begins the transaction of a stream: one state, for as long as its reader takes (originals may be read between two chunks). It reads
 * to the end, so that plans which give their first rows early are of no use, nor parallel ones, which a cursor runs in one process; and
 * it may sort and hash in 64 MB where the usual 4 MB would go through many files.
 */
async function beginStream(session: PostgresSession): Promise<void> {
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await session.query(
    `SELECT set_config('work_mem', '64MB', true), set_config('max_parallel_workers_per_gather', '0', true),
       set_config('idle_in_transaction_session_timeout', '0', true)`,
  );
}
