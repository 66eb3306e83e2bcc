import pMap from 'p-map';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../../shared/domain/plan.ts';
import { statKeys } from '../../plan/gather-facts.ts';
import { proveElsewhere } from '../../plan/prove-elsewhere.ts';
import { sameObject } from '../../plan/row-address.ts';
import { OBJECT_CALLS_AT_ONCE } from '../../ports/object-store.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import { executeChunks } from '../journaled-chunks.ts';
import { type RunContext, reportProblem, type StepResult } from '../run-context.ts';
import { deleteKeys } from './delete-keys.ts';

/** Copies between two intents, which is one delete request: what proves that a content exists elsewhere is never older. */
const CHUNK = 1_000;

/** What is known of a copy right before it would go: it goes, or why it stays. */
type Readiness =
  | { readonly item: StoredItem; readonly kind: 'purge' }
  | { readonly item: StoredItem; readonly kind: 'gone' }
  /** `moved`: it is another than the planned one, or the last of its content. `unread`: nobody can tell now; a resume may. */
  | { readonly item: StoredItem; readonly kind: 'moved' | 'unread'; readonly why: string };

/**
 * Removes quarantine copies for good: the point of no return. Each chunk looks at its copies again, and proves once more that their
 * content exists elsewhere: an original that was there when the plan was made may be gone by now, and the copy the last one. Then it
 * deletes, and proves that they are gone.
 */
export function purgeObjects(context: RunContext): Promise<StepResult> {
  const journaled = {
    step: 'purge-objects',
    filter: 'objects-planned',
    chunkSize: CHUNK,
    event: 'quarantine.purged',
  } as const;
  return executeChunks(context, journaled, async (items) => {
    const world = await statKeys(context.target, keysOf(items));
    const looked = await pMap(items, (item) => readinessOf(context, item, world), {
      concurrency: OBJECT_CALLS_AT_ONCE,
    });
    const going = looked.flatMap(({ item, kind }) => (kind === 'purge' ? [item] : []));
    if (going.length > 0) await deleteKeys(context.target.objects, copiesOf(going));
    context.crashAt('purge.after-effect');

    const left = await statKeys(context.target, copiesOf(items));
    return looked.map((ready) => settle(context, ready, left.has(ready.item.quarantineKey ?? '')));
  });
}

async function readinessOf(
  context: RunContext,
  item: StoredItem,
  world: ReadonlyMap<string, ObjectFacts>,
): Promise<Readiness> {
  const copy = world.get(item.quarantineKey ?? '');
  if (copy === undefined) return { item, kind: 'gone' };
  if (item.object === null || !sameObject(copy, item.object))
    return { item, kind: 'moved', why: 'it was changed since the plan' };
  try {
    const current = world.get(item.objectKey ?? '');
    const { held } = await proveElsewhere(context.target, item, { copy, current });
    if (held === null) return { item, kind: 'purge' };
    const isUnread = held.reason === 'original-unknown' && item.sourcePath !== null;
    return isUnread
      ? { item, kind: 'unread', why: `its original could not be read (${held.detail})` }
      : { item, kind: 'moved', why: held.detail };
  } catch (error) {
    const hasMoved =
      error instanceof OperatorError &&
      (error.code === 'R2_OBJECT_NOT_FOUND' || error.code === 'R2_OBJECT_CHANGED');
    if (!hasMoved) throw error;
    return { item, kind: 'moved', why: 'it, or the object at its key, moved while it was read' };
  }
}

function keysOf(items: readonly StoredItem[]): readonly string[] {
  return items.flatMap((item) =>
    [item.quarantineKey, item.objectKey].filter((key) => key !== null),
  );
}

function copiesOf(items: readonly StoredItem[]): readonly string[] {
  return items.map((item) => item.quarantineKey).filter((key) => key !== null);
}

function settle(context: RunContext, ready: Readiness, isLeft: boolean): ItemUpdate {
  const { item } = ready;
  if (!isLeft && ready.kind === 'purge')
    return { seq: item.seq, objectState: 'done', removedBytes: item.object?.sizeBytes ?? 0 };
  if (!isLeft) return { seq: item.seq, objectState: 'done', stateDetail: 'was already gone' };
  const stateDetail = 'why' in ready ? ready.why : 'still listed after the delete';
  reportProblem(
    context,
    `Left quarantine copy ${String(item.quarantineKey)} alone: ${stateDetail}.`,
  );
  return { seq: item.seq, objectState: ready.kind === 'moved' ? 'drifted' : 'failed', stateDetail };
}
