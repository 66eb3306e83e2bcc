import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { BatchChange } from '../../core/ports/migration-database.ts';
import { readBatchValues } from './batch-query.ts';
import type { PostgresSchema } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { setBasedUpdate } from './set-based-update.ts';
import { triggerInterfered } from './triggers.ts';

/** What became of one batch row. */
export interface BatchChangeResult {
  readonly batchId: string;
  readonly result: 'applied' | 'conflict';
}

const fields = [
  'completedFiles',
  'failedFiles',
  'verifiedFiles',
  'status',
  'completedAt',
] as const satisfies readonly (keyof BatchValues)[];

/** Applies compare-and-sets of batch rows in one transaction: locked in the order of their keys, compared, written by one statement. */
export async function applyBatchChanges(
  session: PostgresSession,
  schema: PostgresSchema,
  changes: readonly BatchChange[],
): Promise<readonly BatchChangeResult[]> {
  if (changes.length === 0) return [];
  const { batches } = schema;
  return session.transaction('write', async () => {
    const ids = changes.map(({ batchId }) => batchId);
    const now = new Map(await readBatchValues(session, schema, { ids, lock: 'lock' }));
    const results = changes.map(({ batchId, before, after }): BatchChangeResult => {
      const present = now.get(batchId);
      const fits = fields.every((field) => batches.roles[field] !== null || after[field] === null);
      if (present === undefined || !fits || !sameBatch(present, before)) {
        return { batchId, result: 'conflict' };
      }
      now.set(batchId, after);
      return { batchId, result: 'applied' };
    });
    const applied = results.flatMap(({ batchId, result }) =>
      result === 'applied' ? [batchId] : [],
    );
    await writeBatches(session, schema, new Map([...now].filter(([id]) => applied.includes(id))));
    return results;
  });
}

async function writeBatches(
  session: PostgresSession,
  schema: PostgresSchema,
  rows: ReadonlyMap<string, BatchValues>,
): Promise<void> {
  if (rows.size === 0) return;
  const values = [...rows.values()];
  const update = setBasedUpdate({
    table: schema.batches,
    keys: [...rows.keys()],
    before: [],
    after: fields.map((field) => ({
      column: schema.batches.roles[field],
      texts: values.map((row) => (row[field] === null ? null : String(row[field]))),
    })),
  });
  const { rowCount } = await session.query(update.sql, update.values);
  if (rowCount !== rows.size) throw interfered(schema, [...rows][0], undefined);
  if (schema.updateTriggers.length === 0) return;
  const found = await readBatchValues(session, schema, { ids: [...rows.keys()], lock: 'look' });
  for (const row of rows) {
    const present = found.get(row[0]);
    if (present === undefined || !sameBatch(present, row[1]))
      throw interfered(schema, row, present);
  }
}

function sameBatch(a: BatchValues, b: BatchValues): boolean {
  return fields.every((field) => a[field] === b[field]);
}

function interfered(
  schema: PostgresSchema,
  row: readonly [string, BatchValues] | undefined,
  found: BatchValues | undefined,
): Error {
  const batchId = row?.[0] ?? '';
  return triggerInterfered(schema, {
    name: `batch ${batchId}`,
    id: { batchId },
    expected: row?.[1] ?? null,
    found: found ?? null,
  });
}
