import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { BatchChange } from '../../core/ports/migration-database.ts';
import { readBatchValues } from './batch-query.ts';
import { createCellReader } from './cell-text.ts';
import type { Connection } from './connection.ts';
import { changedInBatches } from './row-columns.ts';
import type { D1Schema } from './schema.ts';
import { columnSql, quotedName } from './sql-names.ts';

/** What became of one batch row. */
export interface BatchChangeResult {
  readonly batchId: string;
  readonly result: 'applied' | 'conflict';
}

/** Applies compare-and-sets of batch rows, inside a transaction that the caller has begun; what is thrown must roll it back. */
export function createBatchChanger(
  connection: Connection,
  schema: D1Schema,
): (changes: readonly BatchChange[]) => readonly BatchChangeResult[] {
  const cells = createCellReader(connection);
  const { batches } = schema.mapping;
  const columns = changedInBatches(schema.mapping);
  const update = connection.prepare<(bigint | string | null)[]>(
    `UPDATE ${quotedName(batches.name)} SET ${columns.set}
     WHERE ${columnSql(batches, 'batchId')} = ? COLLATE BINARY ${columns.isBefore}`,
  );

  function apply({ batchId, before, after }: BatchChange): boolean {
    if (!columns.fits(before) || !columns.fits(after)) return false;
    const cells = [...columns.cellsOf(after), batchId, ...columns.cellsOf(before)];
    return update.run(...cells).changes === 1;
  }

  function requireHolds(changes: readonly BatchChange[]): void {
    const ids = changes.map(({ batchId }) => batchId);
    const found = readBatchValues({ connection, schema, cells }, ids);
    for (const { batchId, after } of changes) {
      const values = found.get(batchId);
      if (values !== undefined && columns.same(values, after)) continue;
      throw triggerInterfered(schema, batchId, after, values);
    }
  }

  return (changes) => {
    const results = changes.map(
      (change): BatchChangeResult => ({
        batchId: change.batchId,
        result: apply(change) ? 'applied' : 'conflict',
      }),
    );
    if (schema.updateTriggers.length > 0) {
      requireHolds(changes.filter((_, at) => results[at]?.result === 'applied'));
    }
    return results;
  };
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
