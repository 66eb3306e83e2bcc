import pMap from 'p-map';
import { invariant } from '../../../../shared/domain/operator-error.ts';
import { nowIso } from '../../ports/clock.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import {
  appendAudit,
  forEachChunk,
  type RunContext,
  reportProblem,
  type StepResult,
} from '../run-context.ts';
import { copyVerified } from './copy-verified.ts';

const CHUNK = 100;
const CONCURRENCY = 8;

/**
 * Brings objects back from the quarantine, before the rows that will point at them. Order of a chunk: 1. intent
 * 2. conditional copy and SHA-256 of the result 3. outcome. An object that stands there by now is never overwritten;
 * its row then stays as it is, too.
 */
export async function restoreObjects(context: RunContext): Promise<StepResult> {
  const step = 'restore-objects';
  return forEachChunk(
    context,
    { step, filter: 'objects-planned', chunkSize: CHUNK },
    async (items) => {
      const first = items[0];
      const last = items.at(-1);
      if (first === undefined || last === undefined) return;
      context.runFile.appendIntent({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        lastSeq: last.seq,
        itemCount: items.length,
      });
      context.crashAt('restore.after-intent');
      const updates = await pMap(items, (item) => restoreOne(context, item), {
        concurrency: CONCURRENCY,
      });
      context.runFile.appendOutcome({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        items: updates,
        note: null,
      });
      context.crashAt('restore.after-outcome');
      appendAudit(context, 'objects.restored', {
        firstKey: first.objectKey,
        lastKey: last.objectKey,
        restored: updates.filter((update) => update.objectState === 'done').length,
        drifted: updates.filter((update) => update.objectState === 'drifted').length,
      });
    },
  );
}

async function restoreOne(context: RunContext, item: StoredItem): Promise<ItemUpdate> {
  const { object, objectKey } = item;
  invariant(
    object !== null && objectKey !== null,
    `Item ${String(item.seq)} has no copy to restore.`,
  );
  const result = await copyVerified(context.target.objects, {
    source: object,
    toKey: objectKey,
    expectedSha256: item.objectSha256,
  });
  context.crashAt('restore.after-copy');
  if (result.kind === 'copied')
    return { seq: item.seq, objectState: 'done', objectSha256: result.sha256 };
  const stateDetail =
    result.kind === 'source-moved'
      ? `its quarantine copy cannot be used: ${result.detail}`
      : `other content stands at the key: ${result.detail}`;
  reportProblem(context, `Left ${objectKey} alone: ${stateDetail}.`);
  return { seq: item.seq, objectState: 'drifted', stateDetail };
}
