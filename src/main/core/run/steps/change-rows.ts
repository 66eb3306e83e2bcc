import { rowAddressOf } from '../../plan/row-address.ts';
import { withRunTime } from '../../plan/run-values.ts';
import { nowIso } from '../../ports/clock.ts';
import type { RowChange, RowChangeResult } from '../../ports/migration-database.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import {
  appendAudit,
  forEachChunk,
  type RunContext,
  reportProblem,
  type StepResult,
} from '../run-context.ts';

/** Rows per transaction: large enough that fsyncs do not dominate, small enough that locks are short. */
const CHUNK = 1_000;

function changeOf(item: StoredItem, runTime: string): RowChange {
  return {
    ...rowAddressOf(item),
    before: withRunTime(item.before, runTime),
    after: withRunTime(item.after, runTime),
  };
}

function updateOf(item: StoredItem, result: RowChangeResult | undefined): ItemUpdate {
  if (result?.result === 'applied') return { seq: item.seq, rowState: 'done' };
  const found = result?.found ?? null;
  const detail =
    found === null
      ? 'the record is gone'
      : `status is ${String(found.status)}, r2_key is ${String(found.file?.r2Key ?? null)}, which is not what was planned`;
  return { seq: item.seq, rowState: 'drifted', stateDetail: detail };
}

/**
 * Changes the planned rows chunk by chunk. Order of a chunk (invariants 4 and 5):
 *  1. append the intent
 *  2. compare-and-set record and file row together, one transaction for the chunk
 *  3. append the outcome with each item's new state
 * A row that moved since the plan is left alone and recorded as drift; its object then stays too.
 */
export async function changeRows(
  context: RunContext,
  step: 'reset-rows' | 'restore-rows',
): Promise<StepResult> {
  return forEachChunk(
    context,
    { step, filter: 'rows-planned', chunkSize: CHUNK },
    async (items) => {
      const first = items[0];
      const last = items.at(-1);
      if (first === undefined || last === undefined) return;
      context.runFile.appendIntent({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        lastSeq: last.seq,
        itemCount: items.length,
      });
      context.crashAt('rows.after-intent');

      const results = await context.writer.applyRowChanges(
        items.map((item) => changeOf(item, context.runTime)),
      );
      context.crashAt('rows.after-effect');

      recordRows(context, { step, items, results });
      context.crashAt('rows.after-outcome');
    },
  );
}

function recordRows(
  context: RunContext,
  chunk: {
    readonly step: 'reset-rows' | 'restore-rows';
    readonly items: readonly StoredItem[];
    readonly results: readonly RowChangeResult[];
  },
): void {
  const byRecord = new Map(chunk.results.map((result) => [result.recordId, result]));
  const updates = chunk.items.map((item) => updateOf(item, byRecord.get(item.recordId)));
  const drifted = updates.filter((update) => update.rowState === 'drifted');
  context.runFile.appendOutcome({
    step: chunk.step,
    at: nowIso(context.clock),
    firstSeq: chunk.items[0]?.seq ?? 0,
    items: updates,
    note:
      drifted.length === 0 ? null : `${String(drifted.length)} rows had moved and were left alone`,
  });
  for (const update of drifted) {
    const item = chunk.items.find((one) => one.seq === update.seq);
    reportProblem(
      context,
      `Left record ${String(item?.recordId)} alone: ${String(update.stateDetail)}.`,
    );
  }
  appendAudit(context, 'rows.changed', {
    step: chunk.step,
    firstRecord: chunk.items[0]?.recordId ?? null,
    lastRecord: chunk.items.at(-1)?.recordId ?? null,
    applied: updates.length - drifted.length,
    drifted: drifted.length,
  });
  context.reference.log(
    'INFO',
    `${chunk.step}: ${String(updates.length - drifted.length)} rows applied, ${String(drifted.length)} left alone`,
  );
}
