import type { StepName } from '../../../shared/domain/plan.ts';
import type { RecoveryDecision } from '../../../shared/domain/run.ts';
import { statKeys } from '../plan/gather-facts.ts';
import { rowAddressOf } from '../plan/row-address.ts';
import { sameRow, withRunTime } from '../plan/run-values.ts';
import { nowIso } from '../ports/clock.ts';
import type { ItemUpdate, OpenIntent, StoredItem } from '../ports/run-file.ts';
import { appendAudit, type RunContext, recordWithoutEffect } from './run-context.ts';

/** What recovery found out about one open intent. */
interface Settlement {
  readonly updates: readonly ItemUpdate[];
  readonly decisions: readonly Pick<RecoveryDecision, 'decision' | 'sentence'>[];
}

/**
 * Settles every intent without an outcome by reading the world again, never by guessing (invariant 6).
 *
 * Each decision goes to the run file before the run goes on. May be killed itself: it only reads the target, and an
 * intent that it has not settled yet is found again.
 */
export async function recover(context: RunContext): Promise<void> {
  for (const intent of context.runFile.openIntents()) {
    const { firstSeq, lastSeq } = intent;
    const items = context.runFile
      .pageItems({
        filter: 'all',
        afterSeq: firstSeq - 1,
        limit: lastSeq - firstSeq + 1,
        throughStage: context.stage?.number,
      })
      .filter((item) => item.seq <= lastSeq);
    const settlement = await settle(context, intent, items);
    for (const { decision, sentence } of settlement.decisions) {
      context.runFile.appendDecision({
        at: nowIso(context.clock),
        step: intent.step,
        decision,
        sentence,
      });
      context.reference.log('INFO', `Recovery: ${sentence}`);
    }
    context.runFile.appendOutcome({
      step: intent.step,
      at: nowIso(context.clock),
      firstSeq: intent.firstSeq,
      items: settlement.updates,
      note: 'settled by recovery',
    });
    appendAudit(context, 'run.recovered', {
      step: intent.step,
      firstSeq: intent.firstSeq,
      lastSeq: intent.lastSeq,
      settled: settlement.updates.length,
    });
  }
  retryFailed(context);
}

function settle(
  context: RunContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  switch (intent.step) {
    case 'reset-rows':
    case 'restore-rows':
      return settleRows(context, intent, items);
    case 'delete-objects':
      return settleDeletes(context, intent, items);
    case 'purge-objects':
      return settlePurges(context, intent, items);
    case 'drop-columns':
      return settleColumns(context, items);
    case 'snapshot':
    case 'restore-objects':
    case 'quarantine-objects':
    case 'update-batches':
    case 'verify-rows':
    case 'verify':
      return Promise.resolve(doAgain(intent));
  }
}

/** Copies and batch rows are compare-and-set or conditional: doing them again finds what was done and verifies it. */
function doAgain(intent: OpenIntent): Settlement {
  const about =
    intent.step === 'update-batches'
      ? 'the batch rows'
      : `items ${String(intent.firstSeq)} to ${String(intent.lastSeq)}`;
  const sentence =
    intent.step === 'update-batches'
      ? 'The process ended while batch rows were updated. They are counted again and written only where they differ.'
      : `The process ended while ${about} were being copied. Each copy that exists is verified, each that is missing is made.`;
  return { updates: [], decisions: [{ decision: 'do', sentence }] };
}

async function settleRows(
  context: RunContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const open = items.filter((item) => item.rowState === 'planned');
  const reader = await context.target.database.openReader();
  try {
    const rows = await reader.readRows(open.map(rowAddressOf));
    const updates: ItemUpdate[] = [];
    let before = 0;
    let after = 0;
    for (const item of open) {
      const row = rows.get(item.recordId);
      if (row !== undefined && sameRow(row, withRunTime(item.after, context.runTime))) {
        after += 1;
        updates.push({ seq: item.seq, rowState: 'done' });
      } else if (row !== undefined && sameRow(row, item.before)) {
        before += 1;
      } else {
        updates.push({
          seq: item.seq,
          rowState: 'drifted',
          stateDetail: 'neither the planned value nor the one before it stands there',
        });
      }
    }
    return {
      updates,
      decisions: rowDecisions(intent, { before, after, neither: open.length - before - after }),
    };
  } finally {
    await reader.close();
  }
}

function rowDecisions(
  intent: OpenIntent,
  counts: { readonly before: number; readonly after: number; readonly neither: number },
): Settlement['decisions'] {
  const chunk = `The process ended while rows ${String(intent.firstSeq)} to ${String(intent.lastSeq)} were being changed.`;
  const decisions: Settlement['decisions'][number][] = [];
  if (counts.after > 0) {
    decisions.push({
      decision: 'record',
      sentence: `${chunk} ${String(counts.after)} already hold the new values: recorded as done, not written again.`,
    });
  }
  if (counts.before > 0) {
    decisions.push({
      decision: 'do',
      sentence: `${chunk} ${String(counts.before)} still hold the old values: they are changed now.`,
    });
  }
  if (counts.neither > 0) {
    decisions.push({
      decision: 'hold',
      sentence: `${chunk} ${String(counts.neither)} hold something else: left alone as drift.`,
    });
  }
  return decisions;
}

async function settleDeletes(
  context: RunContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const open = items.filter((item) => item.objectState === 'quarantined');
  const world = await statKeys(
    context.target,
    open.flatMap((item) => [item.objectKey, item.quarantineKey].filter((key) => key !== null)),
  );
  const gone = open.filter((item) => !world.has(item.objectKey ?? ''));
  const copied = gone.filter((item) => world.has(item.quarantineKey ?? ''));
  const lost = gone.filter((item) => !world.has(item.quarantineKey ?? ''));
  const there = open.length - gone.length;
  const chunk = `The process ended while objects ${String(intent.firstSeq)} to ${String(intent.lastSeq)} were being deleted.`;
  return {
    updates: [
      ...copied.map((item): ItemUpdate => {
        // The object cannot be measured any more; its copy holds the same bytes.
        const removedBytes = world.get(item.quarantineKey ?? '')?.sizeBytes ?? 0;
        return { seq: item.seq, objectState: 'done', removedBytes };
      }),
      ...lost.map(
        (item): ItemUpdate => ({
          seq: item.seq,
          objectState: 'drifted',
          stateDetail: 'the object and its quarantine copy are both gone',
        }),
      ),
    ],
    decisions: [
      ...(copied.length > 0
        ? [
            {
              decision: 'record' as const,
              sentence: `${chunk} ${String(copied.length)} are gone and their copies are there: recorded as done.`,
            },
          ]
        : []),
      ...(there > 0
        ? [
            {
              decision: 'do' as const,
              sentence: `${chunk} ${String(there)} are still there: they are checked again and deleted now.`,
            },
          ]
        : []),
      ...(lost.length > 0
        ? [
            {
              decision: 'hold' as const,
              sentence: `${chunk} ${String(lost.length)} are gone together with their copies: held for you.`,
            },
          ]
        : []),
    ],
  };
}

async function settlePurges(
  context: RunContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const open = items.filter((item) => item.objectState === 'planned');
  const world = await statKeys(
    context.target,
    open.map((item) => item.quarantineKey).filter((key) => key !== null),
  );
  const gone = open.filter((item) => !world.has(item.quarantineKey ?? ''));
  const chunk = `The process ended while copies ${String(intent.firstSeq)} to ${String(intent.lastSeq)} were being purged.`;
  return {
    updates: gone.map((item): ItemUpdate => ({ seq: item.seq, objectState: 'done' })),
    decisions: [
      {
        decision: gone.length === open.length ? 'record' : 'do',
        sentence: `${chunk} ${String(gone.length)} of ${String(open.length)} are gone and recorded as done; the others are purged now.`,
      },
    ],
  };
}

/** A column that is gone was dropped: nobody but this run may, while it holds the lease, and an outsider's drop is the same. */
async function settleColumns(
  context: RunContext,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const reader = await context.target.database.openReader();
  try {
    const left = new Set((await reader.readAddedColumns()).columns.map(({ name }) => name));
    const open = items.filter((item) => item.rowState === 'planned');
    return {
      updates: open
        .filter((item) => !left.has(item.recordId))
        .map((item): ItemUpdate => ({ seq: item.seq, rowState: 'done' })),
      decisions: open.map((item) =>
        left.has(item.recordId)
          ? {
              decision: 'do',
              sentence: `The process ended while column ${item.recordId} was being dropped. It is still there: it is checked again and dropped now.`,
            }
          : {
              decision: 'record',
              sentence: `The process ended while column ${item.recordId} was being dropped. It is gone: recorded as done.`,
            },
      ),
    };
  } finally {
    await reader.close();
  }
}

/** Gives items whose delete failed another chance: their verified copies still exist. */
function retryFailed(context: RunContext): void {
  const step = context.plan.kind === 'purge' ? 'purge-objects' : 'delete-objects';
  const retryState = context.plan.kind === 'purge' ? 'planned' : 'quarantined';
  let afterSeq = 0;
  for (;;) {
    const items = context.runFile.pageItems({ filter: 'objects-failed', afterSeq, limit: 1_000 });
    const last = items.at(-1);
    if (last === undefined) return;
    recordWithoutEffect(context, {
      step,
      items: items.map((item): ItemUpdate => ({ seq: item.seq, objectState: retryState })),
      note: 'tried again by resume',
    });
    context.runFile.appendDecision({
      at: nowIso(context.clock),
      step,
      decision: 'do',
      sentence: `${String(items.length)} objects could not be deleted before: they are tried again.`,
    });
    openAgain(context, step);
    afterSeq = last.seq;
  }
}

/** Turns a step that was done back into one that waits: a done step is passed over. */
function openAgain(context: RunContext, name: StepName): void {
  const step = context.runFile.steps().find((one) => one.name === name);
  if (step !== undefined) {
    context.runFile.updateStep({ ...step, state: 'waiting', finishedAt: null });
  }
}
