import type { Answer, Question } from '../../core/ports/diagnosis.ts';
import type { MigrationMapping } from '../../core/schema/migration-mapping.ts';
import type { Connection } from './connection.ts';
import { columnSql, quotedName } from './sql-names.ts';

/** A look-up that planning and running repeat, and the index that it needs to be quick. */
export interface NeededIndex extends Question {
  /** How often it is done, and what happens without the index. */
  readonly use: string;
  readonly place: (mapping: MigrationMapping) => {
    readonly table: string;
    readonly column: string;
  };
}

/** Look-ups by one value. What points at objects is read in one pass over both tables and needs no index. */
export const neededIndexes: readonly NeededIndex[] = [
  {
    name: 'database.index.record-id',
    title: 'Records are found by their id',
    use: 'each row that changes',
    place: ({ records }) => ({ table: records.name, column: columnSql(records, 'id') }),
  },
  {
    name: 'database.index.record-batch',
    title: 'Records are found by their batch',
    use: 'each plan and count of a batch',
    place: ({ records }) => ({ table: records.name, column: columnSql(records, 'batchId') }),
  },
  {
    name: 'database.index.file-id',
    title: 'Files are found by their id',
    use: 'each record that is read and each row that changes',
    place: ({ files }) => ({ table: files.name, column: columnSql(files, 'id') }),
  },
  {
    name: 'database.index.batch-id',
    title: 'Batches are found by their id',
    use: 'each batch whose counters change',
    place: ({ batches }) => ({ table: batches.name, column: columnSql(batches, 'batchId') }),
  },
];

/** Below this many rows reading all of them is as quick as an index. */
const SMALL_TABLE = 1_000;

/** Asks SQLite itself how it would look up one value, compared as Unwind compares: byte by byte. */
export function lookAtIndex(
  connection: Connection,
  mapping: MigrationMapping,
  needed: NeededIndex,
): Answer {
  const { table, column } = needed.place(mapping);
  const name = quotedName(table);
  const plan = connection
    .prepare<[], { detail: string }>(
      `EXPLAIN QUERY PLAN SELECT 1 FROM ${name} WHERE ${column} = 'x' COLLATE BINARY`,
    )
    .all()
    .map(({ detail }) => detail)
    .join('; ');
  if (plan.startsWith('SEARCH')) return { state: 'ok', finding: `${plan}.`, fix: null };
  const rows = countUpTo(connection, name, SMALL_TABLE);
  if (rows < SMALL_TABLE) {
    return {
      state: 'ok',
      finding: `No index, and none is needed for ${String(rows)} rows (${plan}).`,
      fix: null,
    };
  }
  return {
    state: 'warning',
    finding: `Without an index SQLite reads the whole table for ${needed.use} (${plan}).`,
    fix: 'Create the index, best with a migration of the application.',
    statement: `CREATE INDEX ${quotedName(`${table}_${unquoted(column)}`)} ON ${name} (${column} COLLATE BINARY);`,
  };
}

function countUpTo(connection: Connection, table: string, most: number): number {
  return (
    connection
      .prepare<[number], number>(`SELECT count(*) FROM (SELECT 1 FROM ${table} LIMIT ?)`)
      .pluck()
      .get(most) ?? 0
  );
}

function unquoted(name: string): string {
  return name.slice(1, -1).replaceAll('""', '"');
}
