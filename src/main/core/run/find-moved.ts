import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Freshness } from '../../../shared/domain/plan.ts';
import { statKeys } from '../plan/gather-facts.ts';
import { rowAddressOf, sameObject } from '../plan/row-address.ts';
import { sameRow } from '../plan/run-values.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { RunFile, StoredItem } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';

const CHUNK = 1_000;
const MAX_MOVED = 50;

/** Compares every row and object that the plan would change with what is there now. Reads only. @throws CANCELLED */
export async function findMoved(
  runFile: RunFile,
  target: OpenTarget,
  clock: Clock,
  isCancelled: () => boolean = () => false,
): Promise<Freshness> {
  const checkedAt = nowIso(clock);
  const reader = await target.database.openReader();
  const moved: Freshness['moved'] = [];
  let movedCount = 0;
  let checked = 0;
  try {
    let afterSeq = 0;
    for (;;) {
      if (isCancelled()) {
        throw new OperatorError('CANCELLED', {
          message:
            'The look at what moved since the plan was made was cancelled. Nothing was changed.',
          hint: 'Look again when you are ready.',
        });
      }
      const items = runFile.pageItems({ filter: 'changing', afterSeq, limit: CHUNK });
      const last = items.at(-1);
      if (last === undefined) break;
      const rows = await reader.readRows(items.map(rowAddressOf));
      const objects = await statKeys(target, items.flatMap(objectKeysOf));
      for (const item of items) {
        const what = whatMoved(item, rows.get(item.recordId), objects);
        if (what === undefined) continue;
        movedCount += 1;
        if (moved.length < MAX_MOVED) moved.push({ recordId: item.recordId, what });
      }
      checked += items.length;
      afterSeq = last.seq;
      await clock.nextTurn();
    }
  } finally {
    await reader.close();
  }
  return { checkedAt, checked, movedCount, moved };
}

function objectKeysOf(item: StoredItem): readonly string[] {
  return item.objectState === 'none' || item.object === null ? [] : [item.object.key];
}

function whatMoved(
  item: StoredItem,
  row: StoredItem['before'] | undefined,
  objects: Awaited<ReturnType<typeof statKeys>>,
): string | undefined {
  if (item.rowAction !== 'none') {
    if (row === undefined) return 'the record is gone';
    if (!sameRow(row, item.before)) {
      return `row: status ${String(row.status)}, r2_key ${String(row.file?.r2Key ?? null)}`;
    }
  }
  if (item.objectState === 'none' || item.object === null) return undefined;
  const current = objects.get(item.object.key);
  if (current === undefined) return `object ${item.object.key} is gone`;
  if (!sameObject(current, item.object)) {
    return `object ${item.object.key} was changed at ${current.lastModified}`;
  }
  return undefined;
}
