import type { DebtEffect } from '../ports/debts.ts';
import type { StoredItem, StoredPlan } from '../ports/run-file.ts';

/** What the fate of an item depends on besides itself. */
export type EffectPlan = Pick<StoredPlan, 'kind' | 'subjectRunId' | 'scope'>;

/**
 * What one item of a plan or run means for debts; `undefined` where nothing. Pure.
 *
 * What a run did is in the states of its items. A plan that closes a debt is evidence, too: what it found settled already by
 * looking at row and object is settled, although no run will touch it.
 */
export function effectOf(plan: EffectPlan, item: StoredItem): DebtEffect | undefined {
  if (item.objectKey === null || plan.kind === 'purge') return undefined;
  const effect =
    plan.kind === 'undo' || plan.kind === 'restore' ? undoEffect(item) : rollbackEffect(plan, item);
  if (effect.row === 'none' && effect.object === 'none' && effect.opens === null) return undefined;
  const { seq, recordId, fileId, objectKey, object } = item;
  return {
    seq,
    recordId,
    fileId,
    objectKey,
    sizeBytes: object?.sizeBytes ?? null,
    etag: object?.etag ?? null,
    ...effect,
  };
}

type Effect = Pick<DebtEffect, 'row' | 'object' | 'opens'>;

function undoEffect(item: StoredItem): Effect {
  return {
    // A restore may give a row the values that it had while it was rolled back, and the undo of a restore may, too.
    row:
      item.rowState !== 'done'
        ? 'none'
        : item.after.status === 'rolled_back'
          ? 'reset'
          : 'restored',
    object: item.objectState === 'done' ? 'restored' : 'none',
    opens: null,
  };
}

function rollbackEffect(plan: EffectPlan, item: StoredItem): Effect {
  const row = item.rowState === 'done' ? 'reset' : 'none';
  const object = item.objectState === 'done' ? 'removed' : 'none';
  if (plan.subjectRunId !== null) return closingEffect(plan, item, { row, object });
  switch (plan.scope.mode) {
    case 'both':
      return { row, object, opens: null };
    case 'database-only':
      return { row, object, opens: row === 'reset' ? 'orphan-objects' : null };
    case 'r2-only':
      return { row, object, opens: leavesRow(item) ? 'dangling-rows' : null };
  }
}

/** Whether an item of an objects-only run may leave a row that was not rolled back; the ledger drops those whose object stayed. */
function leavesRow(item: StoredItem): boolean {
  return item.verdict !== 'held' && item.before.status !== 'rolled_back';
}

function closingEffect(
  plan: EffectPlan,
  item: StoredItem,
  done: Pick<Effect, 'row' | 'object'>,
): Effect {
  if (item.verdict !== 'untouched') return { ...done, opens: null };
  if (plan.scope.mode === 'database-only') return { row: 'reset', object: 'none', opens: null };
  // Kept for another: that may be a held item of this very plan, whose debt stays open and with it the object in the ledger.
  if (item.objectAction === 'keep-shared') return { row: 'none', object: 'kept', opens: null };
  return { row: 'none', object: item.object === null ? 'removed' : 'none', opens: null };
}
