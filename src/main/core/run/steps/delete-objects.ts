import type { ObjectFacts } from '../../../../shared/domain/plan.ts';
import { statKeys } from '../../plan/gather-facts.ts';
import { sameObject } from '../../plan/row-address.ts';
import { nowIso } from '../../ports/clock.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import {
  appendAudit,
  forEachChunk,
  type RunContext,
  recordWithoutEffect,
  reportProblem,
  type StepResult,
} from '../run-context.ts';

/** One delete request, and one page of a listing. */
const CHUNK = 1_000;

type Readiness =
  | { readonly kind: 'delete' }
  | { readonly kind: 'settled'; readonly update: ItemUpdate };

/**
 * Deletes the quarantined objects and proves that they are gone. Order (invariants 7 to 11):
 *  0. read again what points at objects: nothing that a row needs may go
 *  1. per chunk: look at the object and its copy again; whatever moved is left alone
 *  2. append the intent 3. delete 4. prove absence by listing or HEAD 5. append the outcome
 */
export async function deleteObjects(context: RunContext): Promise<StepResult> {
  const step = 'delete-objects';
  await holdReferenced(context);
  return forEachChunk(
    context,
    { step, filter: 'objects-quarantined', chunkSize: CHUNK },
    async (items) => {
      const first = items[0];
      const last = items.at(-1);
      if (first === undefined || last === undefined) return;
      const before = await statKeys(context.target, keysOf(items));
      const readiness = items.map((item) => ({ item, ready: readinessOf(item, before) }));
      const going = readiness
        .filter(({ ready }) => ready.kind === 'delete')
        .map(({ item }) => item);
      const settled = readiness.flatMap(({ ready }) =>
        ready.kind === 'settled' ? [ready.update] : [],
      );
      for (const update of settled.filter((one) => one.objectState === 'drifted')) {
        const key = items.find((item) => item.seq === update.seq)?.objectKey;
        reportProblem(context, `Left object ${String(key)} alone: ${String(update.stateDetail)}.`);
      }

      context.runFile.appendIntent({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        lastSeq: last.seq,
        itemCount: going.length,
      });
      context.crashAt('delete.after-intent');
      const updates = [...settled, ...(await deleteAndProve(context, going))];
      context.runFile.appendOutcome({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        items: updates,
        note: null,
      });
      context.crashAt('delete.after-outcome');
      appendAudit(context, 'objects.deleted', {
        firstKey: first.objectKey,
        lastKey: last.objectKey,
        gone: updates.filter((update) => update.objectState === 'done').length,
        leftAlone: updates.filter((update) => update.objectState === 'drifted').length,
        failed: updates.filter((update) => update.objectState === 'failed').length,
      });
    },
  );
}

function keysOf(items: readonly StoredItem[]): readonly string[] {
  return items.flatMap((item) =>
    [item.objectKey, item.quarantineKey].filter((key) => key !== null),
  );
}

/** Whether an object may be deleted now: it is still the planned one, and its verified copy is still there. */
function readinessOf(item: StoredItem, world: ReadonlyMap<string, ObjectFacts>): Readiness {
  const current = world.get(item.objectKey ?? '');
  const copy = world.get(item.quarantineKey ?? '');
  if (copy === undefined) {
    return leftAlone(item, 'its quarantine copy is gone');
  }
  if (current === undefined) {
    return {
      kind: 'settled',
      update: { seq: item.seq, objectState: 'done', stateDetail: 'was already gone' },
    };
  }
  if (item.object === null || !sameObject(current, item.object)) {
    return leftAlone(item, `it was changed at ${current.lastModified}, after the plan`);
  }
  return { kind: 'delete' };
}

function leftAlone(item: StoredItem, detail: string): Readiness {
  return {
    kind: 'settled',
    update: { seq: item.seq, objectState: 'drifted', stateDetail: detail },
  };
}

/** Marks objects that a row outside the plan has come to need since: they stay (invariant 8). */
async function holdReferenced(context: RunContext): Promise<void> {
  const reader = await context.target.database.openReader();
  try {
    for await (const references of reader.streamReferences(5_000)) {
      for (const { item, reference } of context.runFile.findForeignReferences(references)) {
        const stateDetail = `${reference.table} ${reference.id} has come to need it since the plan`;
        recordWithoutEffect(context, {
          step: 'delete-objects',
          items: [{ seq: item.seq, objectState: 'drifted', stateDetail }],
          note: 'left alone: needed again',
        });
        reportProblem(context, `Left object ${String(item.objectKey)} alone: ${stateDetail}.`);
      }
      await context.clock.nextTurn();
    }
  } finally {
    await reader.close();
  }
}

async function deleteAndProve(
  context: RunContext,
  items: readonly StoredItem[],
): Promise<readonly ItemUpdate[]> {
  const keys = items.map((item) => item.objectKey).filter((key) => key !== null);
  if (keys.length === 0) return [];
  const failures = await context.target.objects.deleteMany(keys);
  context.crashAt('delete.after-effect');
  const left = await statKeys(context.target, keys);
  return items.map((item): ItemUpdate => {
    if (!left.has(item.objectKey ?? '')) return { seq: item.seq, objectState: 'done' };
    const failure = failures.find((one) => one.key === item.objectKey);
    const stateDetail =
      failure === undefined
        ? 'still listed after the delete'
        : `${failure.code}: ${failure.message}`;
    reportProblem(context, `Object ${String(item.objectKey)} is still there: ${stateDetail}.`);
    return { seq: item.seq, objectState: 'failed', stateDetail };
  });
}
