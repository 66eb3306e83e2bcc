import { statKeys } from '../plan/gather-facts.ts';
import { rowAddressOf } from '../plan/row-address.ts';
import { nowIso } from '../ports/clock.ts';
import type { MigrationReader } from '../ports/migration-database.ts';
import type { ItemUpdate, StoredItem } from '../ports/run-file.ts';
import { type RunContext, recordWithoutEffect } from './run-context.ts';
import { holdsAfter } from './steps/verify-rows.ts';

const CHUNK = 1_000;

/**
 * Looks again at everything that earlier stages did, before the next one begins: nothing held the lease while the run waited.
 *
 * What somebody changed meanwhile is recorded as drift and left alone, so that it neither stops the stages that follow nor is
 * reported as done. Reads the target only; a kill leaves it to be done again.
 */
export async function judgeEarlierStages(context: RunContext): Promise<void> {
  const earlier = (context.stage?.number ?? 1) - 1;
  if (earlier === 0) return;
  const reader = await context.target.database.openReader();
  let moved = 0;
  try {
    let afterSeq = 0;
    for (;;) {
      const items = context.runFile.pageItems({
        filter: 'changing',
        afterSeq,
        limit: CHUNK,
        throughStage: earlier,
      });
      const last = items.at(-1);
      if (last === undefined) break;
      moved += await judge(context, reader, items);
      afterSeq = last.seq;
      await context.clock.nextTurn();
    }
  } finally {
    await reader.close();
  }
  if (moved === 0) return;
  context.runFile.appendDecision({
    at: nowIso(context.clock),
    step: 'verify-rows',
    decision: 'hold',
    sentence: `${String(moved)} of what earlier stages did was changed by somebody else while the run waited at its checkpoint: left alone as drift.`,
  });
}

/** Records what moved of these items, and returns how many did. */
async function judge(
  context: RunContext,
  reader: MigrationReader,
  items: readonly StoredItem[],
): Promise<number> {
  const reset = items.filter((item) => item.rowState === 'done');
  const removed = items.filter((item) => item.objectState === 'done');
  const rows = await reader.readRows(reset.map(rowAddressOf));
  const objects = await statKeys(
    context.target,
    removed.flatMap((item) => item.objectKey ?? []),
  );
  const updates = [
    ...reset.flatMap((item): readonly ItemUpdate[] => {
      const row = rows.get(item.recordId);
      if (holdsAfter(row, item, context.runTime)) return [];
      const stateDetail =
        row === undefined
          ? 'the record went away after it was rolled back'
          : `changed after it was rolled back: status is ${String(row.status)}, r2_key is ${String(row.file?.r2Key ?? null)}`;
      return [{ seq: item.seq, rowState: 'drifted', stateDetail }];
    }),
    ...removed.flatMap((item): readonly ItemUpdate[] => {
      const object = objects.get(item.objectKey ?? '');
      if (object === undefined) return [];
      const stateDetail = `an object was put at its key again at ${object.lastModified}`;
      return [{ seq: item.seq, objectState: 'drifted', stateDetail }];
    }),
  ];
  for (const update of updates) {
    recordWithoutEffect(context, {
      step: update.rowState === undefined ? 'delete-objects' : 'verify-rows',
      items: [update],
      note: 'changed while the run waited at its checkpoint',
    });
  }
  return new Set(updates.map(({ seq }) => seq)).size;
}
