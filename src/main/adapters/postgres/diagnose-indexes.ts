import type { Answer, Question } from '../../core/ports/diagnosis.ts';
import type { Column } from './columns.ts';
import type { PostgresSchema, TrackedSchema } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { quoteName } from './sql-names.ts';

/** A look-up that planning and running repeat, and the index that it needs to be quick. */
export interface NeededIndex extends Question {
  /** How often it is done without the index. */
  readonly use: string;
  readonly place: (schema: PostgresSchema) => {
    readonly table: TrackedSchema<string>;
    readonly column: Column | null;
  };
}

/** Look-ups by one value. What points at objects is read in one pass over both tables and needs no index. */
export const neededIndexes: readonly NeededIndex[] = [
  {
    name: 'database.index.record-id',
    title: 'Records are found by their id',
    use: 'each row that changes',
    place: ({ records }) => ({ table: records, column: records.key }),
  },
  {
    name: 'database.index.record-batch',
    title: 'Records are found by their batch',
    use: 'each plan and count of a batch',
    place: ({ records }) => ({ table: records, column: records.roles.batchId }),
  },
  {
    name: 'database.index.file-id',
    title: 'Files are found by their id',
    use: 'each record that is read and each row that changes',
    place: ({ files }) => ({ table: files, column: files.key }),
  },
  {
    name: 'database.index.batch-id',
    title: 'Batches are found by their id',
    use: 'each batch whose counters change',
    place: ({ batches }) => ({ table: batches, column: batches.key }),
  },
];

/** Below this many rows reading all of them is as quick as an index. */
const SMALL_TABLE = 1_000;

/** Whether a valid index for every row begins with the column. */
export async function lookAtIndex(
  session: PostgresSession,
  schema: PostgresSchema,
  needed: NeededIndex,
): Promise<Answer> {
  const { table, column } = needed.place(schema);
  const { relation, sqlName } = table;
  if (column === null) return ok('The schema has no such column.');
  const { rows } = await session.query(
    `SELECT i.indexrelid::regclass::text FROM pg_index i
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
     WHERE i.indrelid = $1::oid AND a.attname = $2::text AND i.indisvalid AND i.indpred IS NULL
       AND m.amname IN ('btree', 'hash') ORDER BY i.indisunique DESC, 1 LIMIT 1`,
    [relation.oid, column.name],
  );
  const [found] = rows;
  if (found !== undefined) return ok(`By the index ${String(found[0])}.`);
  const counted = await session.query(
    `SELECT count(*)::text FROM (SELECT 1 FROM ${sqlName} LIMIT ${String(SMALL_TABLE)}) AS first_rows`,
  );
  const count = Number(counted.rows[0]?.[0]);
  if (count < SMALL_TABLE) {
    return ok(`No index, and none is needed for ${String(count)} rows.`);
  }
  // An index on a partitioned table cannot be built beside writers in one statement.
  const beside = relation.kind === 'partitioned table' ? '' : 'CONCURRENTLY ';
  const name = quoteName(`${relation.name}_${column.name}_idx`.slice(0, 63));
  return {
    state: 'warning',
    finding: `Without an index on ${column.name} the server reads all of ${sqlName} for ${needed.use}.`,
    fix: 'Create the index; built concurrently it keeps nobody from writing.',
    statement: `CREATE INDEX ${beside}${name} ON ${sqlName} (${quoteName(column.name)});`,
  };
}

function ok(finding: string): Answer {
  return { state: 'ok', finding, fix: null };
}
