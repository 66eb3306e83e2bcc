import { setImmediate } from 'node:timers/promises';
import { invariant } from '../../../shared/domain/operator-error.ts';
import type {
  MigrationReader,
  RowAddress,
  StatusExtent,
} from '../../core/ports/migration-database.ts';
import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { createFullRowReading } from '../../core/schema/record-of-full-rows.ts';
import { readAddedColumns } from './added-columns.ts';
import { readBatches, readBatchValues } from './batch-query.ts';
import { readCatalogue } from './catalogue.ts';
import { type Cell, createCellReader } from './cell-text.ts';
import { closingOnError, type D1File, openReadOnly } from './connection.ts';
import { fromSqlite, settle, translating } from './errors.ts';
import { createFullRowReader } from './full-rows.ts';
import { createRecordMapper, createRecordQueries, type Query } from './record-query.ts';
import { createReferenceMapper, referenceSql } from './references.ts';
import { createSizedReferenceMapper, referenceByKeyQuery } from './references-by-key.ts';
import { previewRowChange } from './row-change-sql.ts';
import { createRowReader } from './row-reader.ts';
import { readSchema } from './schema.ts';

/**
 * Opens the reading side of a D1 file on read-only sessions.
 *
 * Each stream has a session and one running query of its own: that query is its one consistent state, and the reader's
 * other methods stay usable meanwhile. A file that is not in WAL mode cannot be written while a stream is open.
 */
export function openD1Reader(file: D1File, custom: CustomMapping | null): MigrationReader {
  const { path } = file;
  const connection = openReadOnly(file);
  const schema = closingOnError(connection, () =>
    translating({ doing: 'Reading the schema of', path }, () =>
      readSchema(connection, path, custom),
    ),
  );
  const cells = createCellReader(connection);
  const queries = createRecordQueries(schema);
  const toRecord = createRecordMapper(schema, cells);
  const toReference = createReferenceMapper(schema, cells);
  const rows = createRowReader(connection, schema, cells);
  const fullRows = createFullRowReader(connection, schema, cells);
  const openStreams = new Set<() => void>();

  async function* stream<T>(
    query: Query,
    toItem: (row: readonly Cell[]) => T,
    chunkSize: number,
  ): AsyncGenerator<readonly T[]> {
    invariant(chunkSize > 0, 'A stream was asked for chunks without rows.');
    const session = openReadOnly(file);
    let found: IterableIterator<Cell[]> | undefined;
    const close = (): void => {
      // A running query keeps its session from closing.
      found?.return?.();
      session.close();
      openStreams.delete(close);
    };
    openStreams.add(close);
    try {
      found = session
        .prepare<(string | number)[], Cell[]>(query.sql)
        .raw()
        .safeIntegers()
        .iterate(...query.values);
      let chunk: T[] = [];
      for (const row of found) {
        if (chunk.push(toItem(row)) < chunkSize) continue;
        yield chunk;
        chunk = [];
        // Lets a stop request reach this thread between two chunks.
        await setImmediate();
      }
      if (chunk.length > 0) yield chunk;
    } catch (error) {
      throw fromSqlite(error, { doing: 'Reading from', path });
    } finally {
      close();
    }
  }

  function read<T>(what: string, work: () => T): Promise<T> {
    // One transaction per call, so that the statements of one answer see one state.
    return settle({ doing: `Reading ${what} from`, path }, () => connection.transaction(work)());
  }

  return {
    countRecords: (selector) =>
      read('the number of migration records', () => {
        const { sql, values } = queries.count(selector);
        return (
          connection
            .prepare<(string | number)[], number>(sql)
            .pluck()
            .get(...values) ?? 0
        );
      }),

    measureRecords: (selector) =>
      read('the extent of migration records', () => {
        const { sql, values } = queries.extent(selector);
        return connection.prepare<(string | number)[], StatusExtent>(sql).all(...values);
      }),

    streamRecords: (selector, chunkSize) => stream(queries.stored(selector), toRecord, chunkSize),

    pageRecords: (selector, { offset, limit }) =>
      read('a page of migration records', () => {
        const { sql, values } = queries.records(selector);
        return connection
          .prepare<(string | number)[], Cell[]>(`${sql} LIMIT ? OFFSET ?`)
          .raw()
          .safeIntegers()
          .all(...values, limit, offset)
          .map(toRecord);
      }),

    readRows: (records: readonly RowAddress[]) => read('rows', () => rows.many(records)),

    previewRowChange: (change) => Promise.resolve(previewRowChange(schema.mapping, change)),

    streamObjectKeys: (selector, chunkSize) =>
      stream(queries.keys(selector), ([key]) => String(key), chunkSize),

    streamReferences: (chunkSize) =>
      stream({ sql: referenceSql(schema), values: [] }, toReference, chunkSize),

    streamReferencesByKey: ({ afterKey, chunkSize }) =>
      stream(
        referenceByKeyQuery(schema, afterKey),
        createSizedReferenceMapper(schema, cells),
        chunkSize,
      ),

    readBatches: (batchIds) =>
      read('batches', () => readBatches({ connection, schema, cells }, batchIds)),

    readBatchValues: (batchIds) =>
      read('batches', () => readBatchValues({ connection, schema, cells }, batchIds)),

    readFullRows: (table, ids) => read(`rows of ${table}`, () => fullRows.rows(table, ids)),

    readRowLines: (table, ids) => read(`rows of ${table}`, () => fullRows.lines(table, ids)),

    ...createFullRowReading(schema.mapping, String),

    readAddedColumns: () => read('the added columns', () => readAddedColumns(connection, schema)),

    readCatalogue: () =>
      read('the list of batches and users', () => readCatalogue(connection, schema.mapping)),

    close: () =>
      settle({ doing: 'Closing', path }, () => {
        for (const closeStream of [...openStreams]) closeStream();
        connection.close();
      }),
  };
}
