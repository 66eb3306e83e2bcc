import { statKeys } from '../../plan/gather-facts.ts';
import { sameObject } from '../../plan/row-address.ts';
import { nowIso } from '../../ports/clock.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import {
  appendAudit,
  forEachChunk,
  type RunContext,
  reportProblem,
  type StepResult,
} from '../run-context.ts';

const CHUNK = 1_000;

/**
 * Removes quarantine copies for good: the point of no return. Order of a chunk: 1. look at the copies again 2. intent
 * 3. delete 4. prove absence 5. outcome.
 */
export async function purgeObjects(context: RunContext): Promise<StepResult> {
  const step = 'purge-objects';
  return forEachChunk(
    context,
    { step, filter: 'objects-planned', chunkSize: CHUNK },
    async (items) => {
      const first = items[0];
      const last = items.at(-1);
      if (first === undefined || last === undefined) return;
      const present = await statKeys(context.target, copiesOf(items));
      const going = items.filter((item) => {
        const current = present.get(item.quarantineKey ?? '');
        return current !== undefined && item.object !== null && sameObject(current, item.object);
      });
      context.runFile.appendIntent({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        lastSeq: last.seq,
        itemCount: going.length,
      });
      context.crashAt('purge.after-intent');
      if (going.length > 0) await context.target.objects.deleteMany(copiesOf(going));
      context.crashAt('purge.after-effect');

      const left = await statKeys(context.target, copiesOf(items));
      const updates = items.map((item) =>
        settle(context, {
          item,
          tried: going.includes(item),
          gone: !left.has(item.quarantineKey ?? ''),
        }),
      );
      context.runFile.appendOutcome({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        items: updates,
        note: null,
      });
      appendAudit(context, 'quarantine.purged', {
        firstKey: first.quarantineKey,
        lastKey: last.quarantineKey,
        gone: updates.filter((update) => update.objectState === 'done').length,
      });
    },
  );
}

function copiesOf(items: readonly StoredItem[]): readonly string[] {
  return items.map((item) => item.quarantineKey).filter((key) => key !== null);
}

function settle(
  context: RunContext,
  fact: { readonly item: StoredItem; readonly tried: boolean; readonly gone: boolean },
): ItemUpdate {
  const { item, tried, gone } = fact;
  if (gone) return { seq: item.seq, objectState: 'done' };
  const stateDetail = tried ? 'still listed after the delete' : 'it was changed since the plan';
  reportProblem(
    context,
    `Left quarantine copy ${String(item.quarantineKey)} alone: ${stateDetail}.`,
  );
  return { seq: item.seq, objectState: tried ? 'failed' : 'drifted', stateDetail };
}
