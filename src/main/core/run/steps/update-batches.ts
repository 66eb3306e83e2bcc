import type { BatchValues, PlanBatch } from '../../../../shared/domain/plan.ts';
import { batchAfter, sameBatch } from '../../plan/batch-after.ts';
import { batchWithRunTime } from '../../plan/run-values.ts';
import { nowIso } from '../../ports/clock.ts';
import { storableBatch } from '../../schema/storable-values.ts';
import { appendAudit, type RunContext, reportProblem, type StepResult } from '../run-context.ts';

/**
 * Brings the batch rows in line with their records. One transaction; each batch row by compare-and-set.
 *
 * A rollback counts the records again, so that rows left alone as drift are counted as what they are. An undo or a
 * restore puts the planned values back when every row came back, else it counts again as well.
 */
export async function updateBatches(context: RunContext): Promise<StepResult> {
  const batches = context.plan.batches;
  if (batches.length === 0) return 'done';
  const wanted = await wantedValues(context, batches);
  context.runFile.appendIntent({
    step: 'update-batches',
    at: nowIso(context.clock),
    firstSeq: 0,
    lastSeq: 0,
    itemCount: wanted.length,
  });

  const changes = wanted.filter((change) => !sameBatch(change.before, change.after));
  const results = changes.length === 0 ? [] : await context.writer.applyBatchChanges(changes);
  context.crashAt('batches.after-effect');

  const conflicts = results
    .filter((result) => result.result === 'conflict')
    .map((result) => result.batchId);
  for (const batchId of conflicts) {
    reportProblem(
      context,
      `Left batch ${batchId} alone: its row was changed by somebody else since the plan.`,
    );
  }
  const applied = wanted.filter((change) => !conflicts.includes(change.batchId));
  context.runFile.saveAppliedBatches(
    applied.map(({ batchId, after }) => ({ batchId, values: after })),
  );
  context.runFile.appendOutcome({
    step: 'update-batches',
    at: nowIso(context.clock),
    firstSeq: 0,
    items: [],
    note: conflicts.length === 0 ? null : `left alone: ${conflicts.join(', ')}`,
  });
  appendAudit(context, 'batches.updated', { updated: applied.length, leftAlone: conflicts.length });
  context.progress.advance(batches.length);
  return 'done';
}

interface WantedBatch {
  readonly batchId: string;
  readonly before: BatchValues;
  readonly after: BatchValues;
}

async function wantedValues(
  context: RunContext,
  batches: readonly PlanBatch[],
): Promise<readonly WantedBatch[]> {
  const { mapping } = await context.target.database.describe();
  const reader = await context.target.database.openReader();
  try {
    const ids = batches.map((batch) => batch.batchId);
    const stored = await reader.readBatchValues(ids);
    const counted = await reader.readBatches(ids);
    // What an earlier stage wrote is what stands there now, and a batch with rows left to later stages is not rolled back yet.
    const written = context.runFile.appliedBatches();
    const unfinished =
      context.stage === undefined
        ? new Set<string>()
        : context.runFile.batchesAfterStage(context.stage.number);
    const everyRowDone =
      context.runFile.countItems('rows-done') === context.plan.counts.rowsToChange;
    const bringsBack = context.plan.kind === 'undo' || context.plan.kind === 'restore';
    return batches.flatMap((batch) => {
      const current = stored.get(batch.batchId);
      const counters = counted.find((one) => one.batchId === batch.batchId)?.recomputed;
      if (current === undefined || counters === undefined) return [];
      const whole = storableBatch(mapping, batchAfter(batch.before, counters));
      const { status, completedAt } = batch.before;
      const recounted = unfinished.has(batch.batchId) ? { ...whole, status, completedAt } : whole;
      const planned =
        bringsBack && !everyRowDone
          ? { ...recounted, status: batch.after.status, completedAt: batch.after.completedAt }
          : bringsBack
            ? batch.after
            : recounted;
      const after = batchWithRunTime(planned, context.runTime);
      // An earlier attempt may have got this far: then the row already holds what is wanted.
      const expected = written.get(batch.batchId) ?? batch.before;
      const before = sameBatch(current, after) ? after : expected;
      return [{ batchId: batch.batchId, before, after }];
    });
  } finally {
    await reader.close();
  }
}
