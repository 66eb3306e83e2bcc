import { rowAddressOf } from '../../plan/row-address.ts';
import { bearsRunTime, withRunTime } from '../../plan/run-values.ts';
import type { RowChange, RowChangeResult } from '../../ports/migration-database.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import { executeChunks } from '../journaled-chunks.ts';
import { type RunContext, reportProblem, type StepResult } from '../run-context.ts';

/** Rows per transaction: large enough that fsyncs do not dominate, small enough that locks are short. */
const CHUNK = 5_000;

function changeOf(item: StoredItem, runTime: string): RowChange {
  return {
    ...rowAddressOf(item),
    before: withRunTime(item.before, runTime),
    after: withRunTime(item.after, runTime),
  };
}

function updateOf(
  context: RunContext,
  item: StoredItem,
  result: RowChangeResult | undefined,
): ItemUpdate {
  const found = result?.found ?? null;
  // No other run writes this moment: a row that holds it was changed by this one, whatever became of the journal.
  const isOurs =
    found !== null && bearsRunTime(found, { after: item.after, runTime: context.runTime });
  if (result?.result === 'applied' || isOurs) return { seq: item.seq, rowState: 'done' };
  const stateDetail =
    found === null
      ? 'the record is gone'
      : `status is ${String(found.status)}, r2_key is ${String(found.file?.r2Key ?? null)}, which is not what was planned`;
  reportProblem(context, `Left record ${item.recordId} alone: ${stateDetail}.`);
  return { seq: item.seq, rowState: 'drifted', stateDetail };
}

/**
 * Changes the planned rows: record and file row together by compare-and-set, one transaction for a chunk (invariant 5).
 * A row that moved since the plan is left alone and recorded as drift; its object then stays too.
 */
export function changeRows(
  context: RunContext,
  step: 'reset-rows' | 'restore-rows',
): Promise<StepResult> {
  const journaled = {
    step,
    filter: 'rows-planned',
    chunkSize: CHUNK,
    event: 'rows.changed',
  } as const;
  return executeChunks(context, journaled, async (items) => {
    const results = await context.writer.applyRowChanges(
      items.map((item) => changeOf(item, context.runTime)),
    );
    context.crashAt('rows.after-effect');
    const byRecord = new Map(results.map((result) => [result.recordId, result]));
    return items.map((item) => updateOf(context, item, byRecord.get(item.recordId)));
  });
}
