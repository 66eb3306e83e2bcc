import type { HeldReason, ObjectAction, PlanCounts } from '../../../shared/domain/plan.ts';
import type { PlanFile, StoredItem } from '../../core/ports/run-file.ts';

/** Adds items up while they are written, so that nobody has to read a million of them again for the figures of the plan. */
export interface ItemTally {
  add(item: StoredItem): void;
  /** Takes an item out again, as it was added. */
  remove(item: StoredItem): void;
  counts(): PlanCounts;
  heldByReason(): ReturnType<PlanFile['heldByReason']>;
  batchChanges(): ReturnType<PlanFile['batchChanges']>;
  batchIds(): readonly string[];
}

type BatchChange = ReturnType<PlanFile['batchChanges']>[number];

const MOVES: ReadonlySet<ObjectAction> = new Set(['quarantine-and-delete', 'restore', 'purge']);
const FREES: ReadonlySet<ObjectAction> = new Set(['quarantine-and-delete', 'purge']);

/** Starts a tally of nothing. Its size depends on the number of batches, not on that of items. */
export function createItemTally(): ItemTally {
  const counts: { -readonly [K in keyof PlanCounts]: PlanCounts[K] } = {
    records: 0,
    rowsToChange: 0,
    filesToChange: 0,
    objectsToMove: 0,
    bytesToFree: 0,
    objectsShared: 0,
    held: 0,
    untouched: 0,
    unproved: 0,
  };
  const held = new Map<HeldReason, number>();
  const batches = new Map<string, BatchTally>();

  function count(item: StoredItem, by: 1 | -1): void {
    const moves = MOVES.has(item.objectAction);
    counts.records += by;
    if (item.rowAction !== 'none') {
      counts.rowsToChange += by;
      if (item.before.file !== null) counts.filesToChange += by;
    }
    if (moves) counts.objectsToMove += by;
    if (FREES.has(item.objectAction)) counts.bytesToFree += by * (item.object?.sizeBytes ?? 0);
    if (item.objectAction === 'keep-shared') counts.objectsShared += by;
    if (item.verdict === 'held') counts.held += by;
    if (item.verdict === 'untouched') counts.untouched += by;
    if (isUnproved(item, moves ? 'moves' : 'stays')) counts.unproved += by;
    if (item.held !== null) held.set(item.held.reason, (held.get(item.held.reason) ?? 0) + by);
    batchOf(item.batchId).count(item, by);
  }

  function batchOf(batchId: string): BatchTally {
    let batch = batches.get(batchId);
    if (batch === undefined) {
      batch = createBatchTally(batchId);
      batches.set(batchId, batch);
    }
    return batch;
  }

  function batchIds(): readonly string[] {
    return [...batches]
      .filter(([, batch]) => batch.items() > 0)
      .map(([batchId]) => batchId)
      .toSorted();
  }

  return {
    add: (item) => {
      count(item, 1);
    },
    remove: (item) => {
      count(item, -1);
    },
    counts: () => ({ ...counts }),
    heldByReason: () =>
      [...held]
        .filter(([, number]) => number > 0)
        .map(([reason, number]) => ({ reason, count: number }))
        .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    batchChanges: () => batchIds().flatMap((batchId) => batches.get(batchId)?.changes() ?? []),
    batchIds,
  };
}

function isUnproved(item: StoredItem, object: 'moves' | 'stays'): boolean {
  if (item.verdict !== 'change') return false;
  return item.originalProof === 'unknown' || (object === 'moves' && item.objectProof !== 'proved');
}

interface BatchTally {
  count(item: StoredItem, by: 1 | -1): void;
  items(): number;
  changes(): readonly BatchChange[];
}

/** From which status to which the items of one batch go. A handful of pairs: looked for one after the other. */
function createBatchTally(batchId: string): BatchTally {
  const pairs: { from: string | null; to: string | null; count: number }[] = [];
  let items = 0;
  return {
    count: (item, by) => {
      items += by;
      if (item.rowAction === 'none') return;
      const from = item.before.status;
      const to = item.after.status;
      const known = pairs.find((pair) => pair.from === from && pair.to === to);
      if (known === undefined) pairs.push({ from, to, count: by });
      else known.count += by;
    },
    items: () => items,
    changes: () =>
      pairs
        .filter((pair) => pair.count > 0)
        .toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))
        .map((pair) => ({ batchId, ...pair })),
  };
}
