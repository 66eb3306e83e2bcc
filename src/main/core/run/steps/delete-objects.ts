import type { ObjectFacts } from '../../../../shared/domain/plan.ts';
import { statKeys } from '../../plan/gather-facts.ts';
import { sameObject } from '../../plan/row-address.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import { enterSafeMode } from '../../safe-mode/enter-safe-mode.ts';
import { objectsLost, undecidedLoss } from '../../safe-mode/undecided-loss.ts';
import { executeChunks, type JournaledStep } from '../journaled-chunks.ts';
import {
  type RunContext,
  recordWithoutEffect,
  reportProblem,
  type StepResult,
} from '../run-context.ts';
import { lostUpdate } from '../settle-intent.ts';
import { deleteKeys } from './delete-keys.ts';

/**
 * Objects between two intents: several delete requests at a time, and as few listings as prove them. A crash makes recovery look at
 * so many objects again, which costs a few listings.
 */
const CHUNK = 4_000;

type Readiness =
  | { readonly kind: 'delete' }
  | { readonly kind: 'settled'; readonly update: ItemUpdate };

/**
 * Deletes the quarantined objects and proves that they are gone (invariants 7 to 11).
 *
 * First everything that points at objects is read again: nothing that a row needs may go. Then each chunk: 1. look at every object and
 * its copy again; whatever moved is left alone, and an object that is gone together with its copy ends the run 2. delete 3. prove absence by listing or HEAD.
 */
export async function deleteObjects(context: RunContext): Promise<StepResult> {
  await holdReferenced(context);
  let lost: readonly StoredItem[] = [];
  const journaled: JournaledStep = {
    step: 'delete-objects',
    filter: 'objects-quarantined',
    chunkSize: CHUNK,
    event: 'objects.deleted',
    afterChunk: () => {
      if (lost.length > 0) throw objectsLost(undecidedLoss(context, lost));
    },
  };
  return executeChunks(context, journaled, async (items) => {
    const world = await statKeys(context.target, keysOf(items));
    lost = items.filter(
      (item) => !world.has(item.objectKey ?? '') && !world.has(item.quarantineKey ?? ''),
    );
    if (lost.length > 0) {
      enterSafeMode(context, undecidedLoss(context, lost));
      // Nothing of this chunk is deleted, and no further one begins: the others keep their turn for a resume.
      return lost.map(lostUpdate);
    }
    const looked = items.map((item) => ({ item, ready: readinessOf(context, item, world) }));
    const settled = looked.flatMap(({ ready }) => (ready.kind === 'settled' ? [ready.update] : []));
    const going = looked.flatMap(({ item, ready }) => (ready.kind === 'delete' ? [item] : []));
    return [...settled, ...(await deleteAndProve(context, going))];
  });
}

function keysOf(items: readonly StoredItem[]): readonly string[] {
  return items.flatMap((item) =>
    [item.objectKey, item.quarantineKey].filter((key) => key !== null),
  );
}

/** Whether an object may be deleted now: it is still the planned one, and its verified copy is still there. */
function readinessOf(
  context: RunContext,
  item: StoredItem,
  world: ReadonlyMap<string, ObjectFacts>,
): Readiness {
  const current = world.get(item.objectKey ?? '');
  const copy = world.get(item.quarantineKey ?? '');
  if (copy === undefined) {
    return leftAlone(context, item, 'its quarantine copy is gone');
  }
  if (copy.sizeBytes !== item.object?.sizeBytes) {
    return leftAlone(context, item, 'its quarantine copy is not as large as it');
  }
  if (current === undefined) {
    return {
      kind: 'settled',
      update: { seq: item.seq, objectState: 'done', stateDetail: 'was already gone' },
    };
  }
  if (!sameObject(current, item.object)) {
    return leftAlone(context, item, `it was changed at ${current.lastModified}, after the plan`);
  }
  return { kind: 'delete' };
}

function leftAlone(context: RunContext, item: StoredItem, stateDetail: string): Readiness {
  reportProblem(context, `Left object ${String(item.objectKey)} alone: ${stateDetail}.`);
  return { kind: 'settled', update: { seq: item.seq, objectState: 'drifted', stateDetail } };
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
  const failures = await deleteKeys(context.target.objects, keys);
  context.crashAt('delete.after-effect');
  const left = await statKeys(context.target, keys);
  return items.map((item): ItemUpdate => {
    if (!left.has(item.objectKey ?? '')) {
      // readinessOf found exactly the planned object there, so that this is the size that was seen.
      return { seq: item.seq, objectState: 'done', removedBytes: item.object?.sizeBytes ?? 0 };
    }
    const failure = failures.find((one) => one.key === item.objectKey);
    const stateDetail =
      failure === undefined
        ? 'still listed after the delete'
        : `${failure.code}: ${failure.message}`;
    reportProblem(context, `Object ${String(item.objectKey)} is still there: ${stateDetail}.`);
    return { seq: item.seq, objectState: 'failed', stateDetail };
  });
}
