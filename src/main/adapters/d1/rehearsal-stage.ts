import Database from 'better-sqlite3';
import type { StampedColumn, TrackedTable } from '../../core/ports/migration-database.ts';
import type { MigrationMapping, TableMapping } from '../../core/schema/migration-mapping.ts';
import {
  type CopiedCell,
  REHEARSAL_RECORDS,
  type RehearsalStage,
} from '../../core/schema/rehearse-mapping.ts';
import { formatMoment } from '../../core/schema/time-style.ts';
import { createBatchChanger } from './batch-changes.ts';
import { readBatchValues } from './batch-query.ts';
import { type Cell, createCellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { settle } from './errors.ts';
import { createRecordMapper, createRecordQueries } from './record-query.ts';
import { createRowChanger } from './row-changes.ts';
import { createRowReader } from './row-reader.ts';
import { type D1Schema, keyedTables } from './schema.ts';
import { columnSql, quotedName } from './sql-names.ts';
import { findTimeStyle } from './time-style.ts';

/** A rehearsal's copy in memory. `close` forgets it. */
export interface MemoryStage extends RehearsalStage {
  close(): void;
}

/**
 * Copies some records of the database behind `source`, with their file and batch rows, into a database in memory that has the same
 * tables, constraints and unique indexes. Triggers are left out: they are the plan's to judge.
 */
export function openMemoryStage(source: Connection, schema: D1Schema): MemoryStage {
  const copy = new Database(':memory:');
  try {
    copy.pragma('foreign_keys = OFF');
    source.transaction(() => {
      copySchema(source, copy, schema);
      copyRows(source, copy, schema);
    })();
    return stageOn(copy, schema, batchTableOf(source, schema));
  } catch (error) {
    copy.close();
    throw error;
  }
}

function stageOn(
  copy: Connection,
  whole: D1Schema,
  batchTable: RehearsalStage['batchTable'],
): MemoryStage {
  const schema: D1Schema = { ...whole, updateTriggers: [] };
  const { mapping } = schema;
  const cells = createCellReader(copy);
  const rows = createRowReader(copy, schema, cells);
  const changeRows = createRowChanger(copy, schema);
  const changeBatches = createBatchChanger(copy, schema);
  const now = <T>(work: () => T): Promise<T> =>
    settle({ doing: 'Writing to and reading from', path: 'the copy in memory' }, work);
  const stamp = (column: StampedColumn): string =>
    formatMoment(Date.now(), findTimeStyle(copy, mapping, column));
  const { sql } = createRecordQueries(schema).records({
    scope: { full: true, failedOnly: false, mode: 'both' },
    include: 'all',
  });
  const batchIds = copy
    .prepare<[], string>(
      `SELECT CAST(${columnSql(mapping.batches, 'batchId')} AS TEXT) FROM ${quotedName(mapping.batches.name)}`,
    )
    .pluck()
    .all();
  const values = (ids: readonly string[]) =>
    readBatchValues({ connection: copy, schema, cells }, ids);
  return {
    records: copy
      .prepare<[], Cell[]>(sql)
      .raw()
      .safeIntegers()
      .all()
      .map(createRecordMapper(schema, cells)),
    batches: values(batchIds),
    batchTable,
    runTimes: { record: stamp('record'), file: stamp('file'), batch: stamp('batch') },
    changeRows: (changes) => now(() => countApplied(copy.transaction(changeRows)(changes))),
    changeBatches: (changes) => now(() => countApplied(copy.transaction(changeBatches)(changes))),
    readRows: (addresses) => now(() => rows.many(addresses)),
    readBatches: (ids) => now(() => values(ids)),
    readCells: () => now(() => readCells(copy, mapping)),
    close: () => void copy.close(),
  };
}

function countApplied(results: readonly { readonly result: 'applied' | 'conflict' }[]): number {
  return results.filter(({ result }) => result === 'applied').length;
}

function copySchema(source: Connection, copy: Connection, { mapping }: D1Schema): void {
  for (const { name } of Object.values(keyedTables(mapping))) {
    const statements = source
      .prepare<[string], string>(
        `SELECT sql FROM sqlite_schema WHERE lower(tbl_name) = ? AND type IN ('table', 'index')
         AND sql IS NOT NULL ORDER BY type DESC`,
      )
      .pluck()
      .all(name);
    for (const statement of statements) copy.exec(statement);
  }
}

/** Mostly migrated records, which have a file row and a key, and some of the others. */
function copyRows(source: Connection, copy: Connection, { mapping }: D1Schema): void {
  const { batches, records, files } = mapping;
  const table = quotedName(records.name);
  const status = columnSql(records, 'status');
  const others = REHEARSAL_RECORDS / 4;
  const some = (condition: string, most: number): string =>
    `SELECT * FROM (SELECT ${columnSql(records, 'id')} FROM ${table}
       WHERE ${condition} LIMIT ${String(most)})`;
  const chosen = `${some(`${status} IN ('completed', 'verified')`, REHEARSAL_RECORDS - others)}
    UNION ALL ${some(`${status} IS NULL OR ${status} NOT IN ('completed', 'verified')`, others)}`;
  const among = (column: string): string =>
    `SELECT ${column} FROM ${table} WHERE ${columnSql(records, 'id')} IN (${chosen})`;
  copyTable({ source, copy }, records, `${columnSql(records, 'id')} IN (${chosen})`);
  copyTable(
    { source, copy },
    files,
    `${columnSql(files, 'id')} IN (${among(columnSql(records, 'fileId'))})`,
  );
  copyTable(
    { source, copy },
    batches,
    `${columnSql(batches, 'batchId')} IN (${among(columnSql(records, 'batchId'))})`,
  );
}

function copyTable(
  { source, copy }: { readonly source: Connection; readonly copy: Connection },
  { name }: TableMapping<string>,
  where: string,
): void {
  const columns = storedColumns(source, name);
  const list = columns.map(quotedName).join(', ');
  const insert = copy.prepare<Cell[]>(
    `INSERT INTO ${quotedName(name)} (${list}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const rows = source
    .prepare<[], Cell[]>(`SELECT ${list} FROM ${quotedName(name)} WHERE ${where}`)
    .raw()
    .safeIntegers()
    .all();
  for (const row of rows) insert.run(...row);
}

/** `quote` spells value and storage class, so that equal text is an equal cell. */
function readCells(copy: Connection, mapping: MigrationMapping): readonly CopiedCell[] {
  const tables = Object.entries(keyedTables(mapping)) as [
    TrackedTable,
    { readonly name: string; readonly key: string },
  ][];
  return tables.flatMap(([table, { name, key }]) => {
    const columns = storedColumns(copy, name);
    const quotes = [key, ...columns].map((column) => `quote(${quotedName(column)})`).join(', ');
    return copy
      .prepare<[], string[]>(`SELECT ${quotes} FROM ${quotedName(name)}`)
      .raw()
      .all()
      .flatMap(([row = '', ...cells]) =>
        columns.map((column, at) => ({ table, row, column, value: cells[at] ?? '' })),
      );
  });
}

/** All columns but those that SQLite computes, lower case. */
function storedColumns(connection: Connection, table: string): readonly string[] {
  return connection
    .prepare<[string], string>('SELECT lower(name) FROM pragma_table_xinfo(?) WHERE hidden = 0')
    .pluck()
    .all(table);
}

function batchTableOf(source: Connection, { mapping }: D1Schema): RehearsalStage['batchTable'] {
  const row = source.prepare(`SELECT 1 FROM ${quotedName(mapping.batches.name)} LIMIT 1`).get();
  return row === undefined ? 'empty' : 'filled';
}
