import { invariant, OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { StoredItem } from '../../ports/run-file.ts';
import { executeChunks } from '../journaled-chunks.ts';
import { appendAudit, type RunContext, type StepResult } from '../run-context.ts';

/**
 * Drops the added columns, one a chunk. Order:
 *  1. the schema and the proof that it holds nothing go to the audit trail, durable: every value is NULL, so they are the snapshot
 *  2. for each column: intent · drop, in one transaction with a last look at what the columns hold · outcome
 */
export async function dropColumns(context: RunContext): Promise<StepResult> {
  const isBegun = context.runFile.auditEvents(['schema.recorded']).length > 0;
  if (!isBegun) await recordSchema(context);
  const journaled = {
    step: 'drop-columns',
    filter: 'rows-planned',
    chunkSize: 1,
    event: 'column.dropped',
  } as const;
  return executeChunks(context, journaled, async ([item]) => {
    invariant(item !== undefined, 'A chunk came without a column.');
    const dropped = await context.writer.dropColumn(item.recordId);
    context.crashAt('columns.after-effect');
    if (dropped.result === 'refused') throw refused(context, item, dropped.reasons);
    return [
      {
        seq: item.seq,
        rowState: 'done',
        ...(dropped.result === 'gone' ? { stateDetail: 'was already gone' } : {}),
      },
    ];
  });
}

async function recordSchema(context: RunContext): Promise<void> {
  const reader = await context.target.database.openReader();
  try {
    const { table, definition, rowCount, columns, indexes } = await reader.readAddedColumns();
    appendAudit(context, 'schema.recorded', {
      table,
      definition,
      indexes: indexes.join('\n'),
      rowCount,
      values: columns.map(({ name, valueCount }) => `${name}: ${String(valueCount)}`).join(', '),
    });
  } finally {
    await reader.close();
  }
}

function refused(context: RunContext, item: StoredItem, reasons: readonly string[]): OperatorError {
  return new OperatorError('PLAN_STALE', {
    message: `Column ${item.recordId} of ${context.plan.columnDrop?.table ?? 'the file table'} was not dropped: ${reasons.join('; ')}.`,
    hint: 'Find out who did that. Clear the column or take away what depends on it, then "unwind resume".',
    details: { column: item.recordId, reasons },
  });
}
