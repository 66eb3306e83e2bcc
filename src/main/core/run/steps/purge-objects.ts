import { statKeys } from '../../plan/gather-facts.ts';
import { sameObject } from '../../plan/row-address.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import { executeChunks } from '../journaled-chunks.ts';
import { type RunContext, reportProblem, type StepResult } from '../run-context.ts';
import { deleteKeys } from './delete-keys.ts';

/** Copies between two intents, as in `delete-objects.ts`. */
const CHUNK = 4_000;

/**
 * Removes quarantine copies for good: the point of no return. Each chunk looks at its copies again, deletes those that are still
 * the planned ones, and proves that they are gone.
 */
export function purgeObjects(context: RunContext): Promise<StepResult> {
  const journaled = {
    step: 'purge-objects',
    filter: 'objects-planned',
    chunkSize: CHUNK,
    event: 'quarantine.purged',
  } as const;
  return executeChunks(context, journaled, async (items) => {
    const present = await statKeys(context.target, copiesOf(items));
    const going = items.filter((item) => {
      const current = present.get(item.quarantineKey ?? '');
      return current !== undefined && item.object !== null && sameObject(current, item.object);
    });
    if (going.length > 0) await deleteKeys(context.target.objects, copiesOf(going));
    context.crashAt('purge.after-effect');

    const left = await statKeys(context.target, copiesOf(items));
    return items.map((item) => {
      const gone = !left.has(item.quarantineKey ?? '');
      return settle(context, { item, tried: going.includes(item), gone });
    });
  });
}

function copiesOf(items: readonly StoredItem[]): readonly string[] {
  return items.map((item) => item.quarantineKey).filter((key) => key !== null);
}

function settle(
  context: RunContext,
  fact: { readonly item: StoredItem; readonly tried: boolean; readonly gone: boolean },
): ItemUpdate {
  const { item, tried, gone } = fact;
  if (gone && tried) {
    return { seq: item.seq, objectState: 'done', removedBytes: item.object?.sizeBytes ?? 0 };
  }
  if (gone) return { seq: item.seq, objectState: 'done', stateDetail: 'was already gone' };
  const stateDetail = tried ? 'still listed after the delete' : 'it was changed since the plan';
  reportProblem(
    context,
    `Left quarantine copy ${String(item.quarantineKey)} alone: ${stateDetail}.`,
  );
  return { seq: item.seq, objectState: tried ? 'failed' : 'drifted', stateDetail };
}
