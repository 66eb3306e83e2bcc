import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { BatchChange } from '../../core/ports/migration-database.ts';
import { readBatchValues } from './batch-query.ts';
import { createCellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import type { D1Schema } from './schema.ts';

/** What became of one batch row. */
export interface BatchChangeResult {
  readonly batchId: string;
  readonly result: 'applied' | 'conflict';
}

type BatchCells = readonly (bigint | string | null)[];

/** Applies compare-and-sets of batch rows, inside a transaction that the caller has begun; what is thrown must roll it back. */
export function createBatchChanger(
  connection: Connection,
  schema: D1Schema,
): (changes: readonly BatchChange[]) => readonly BatchChangeResult[] {
  const cells = createCellReader(connection);
  const update = connection.prepare<BatchCells[number][]>(
    `UPDATE migration_batches SET completed_files = ?, failed_files = ?, verified_files = ?,
       status = ?, completed_at = ?
     WHERE completed_files IS ? AND failed_files IS ? AND verified_files IS ?
       AND status IS ? COLLATE BINARY AND completed_at IS ? COLLATE BINARY
       AND batch_id = ? COLLATE BINARY`,
  );

  function requireHolds(changes: readonly BatchChange[]): void {
    const ids = changes.map(({ batchId }) => batchId);
    const found = readBatchValues({ connection, schema, cells }, ids);
    for (const { batchId, after } of changes) {
      const values = found.get(batchId);
      if (values !== undefined && sameBatch(values, after)) continue;
      throw triggerInterfered(schema, batchId, after, values);
    }
  }

  return (changes) => {
    const results = changes.map(({ batchId, before, after }): BatchChangeResult => {
      const { changes: count } = update.run(...cellsOf(after), ...cellsOf(before), batchId);
      return { batchId, result: count === 1 ? 'applied' : 'conflict' };
    });
    if (schema.updateTriggers.length > 0) {
      requireHolds(changes.filter((_, at) => results[at]?.result === 'applied'));
    }
    return results;
  };
}

/** Counters go as bigint: better-sqlite3 stores a JavaScript number as a REAL. */
function cellsOf(values: BatchValues): BatchCells {
  return [
    ...[values.completedFiles, values.failedFiles, values.verifiedFiles].map((count) =>
      count === null ? null : BigInt(count),
    ),
    values.status,
    values.completedAt,
  ];
}

function sameBatch(a: BatchValues, b: BatchValues): boolean {
  return (
    a.completedFiles === b.completedFiles &&
    a.failedFiles === b.failedFiles &&
    a.verifiedFiles === b.verifiedFiles &&
    a.status === b.status &&
    a.completedAt === b.completedAt
  );
}

function triggerInterfered(
  schema: D1Schema,
  batchId: string,
  expected: BatchValues,
  found: BatchValues | undefined,
): OperatorError {
  const triggers = schema.updateTriggers.join(', ');
  return new OperatorError('DATABASE_FAILED', {
    message: `A trigger (one of: ${triggers}) changed the row of batch ${batchId} further than planned; no batch row was written.`,
    hint: 'Drop the trigger for the time of the run and create it again afterwards; then "unwind resume".',
    details: { batchId, triggers: schema.updateTriggers, expected, found: found ?? null },
  });
}
