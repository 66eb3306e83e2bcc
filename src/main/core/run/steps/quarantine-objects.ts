import pMap from 'p-map';
import { invariant, OperatorError } from '../../../../shared/domain/operator-error.ts';
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

/** Objects per intent: a crash re-examines at most this many copies. */
const CHUNK = 100;
const CONCURRENCY = 8;

/**
 * Copies the planned objects to the quarantine on the server and proves each copy by reading it back (invariant 10).
 *
 * Order of a chunk: 1. intent 2. conditional copy and SHA-256 of every copy 3. outcome. Objects whose row was left alone stay.
 */
export async function quarantineObjects(context: RunContext): Promise<StepResult> {
  const step = 'quarantine-objects';
  return forEachChunk(
    context,
    { step, filter: 'objects-planned', chunkSize: CHUNK },
    async (items) => {
      const first = items[0];
      const last = items.at(-1);
      if (first === undefined || last === undefined) return;
      const unreset = items.find((item) => item.rowState === 'planned');
      invariant(
        unreset === undefined,
        `Item ${String(unreset?.seq)} would lose its object before its row is reset.`,
      );
      context.runFile.appendIntent({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        lastSeq: last.seq,
        itemCount: items.length,
      });
      context.crashAt('quarantine.after-intent');

      const updates = await pMap(items, (item) => quarantineOne(context, item), {
        concurrency: CONCURRENCY,
      });
      context.runFile.appendOutcome({
        step,
        at: nowIso(context.clock),
        firstSeq: first.seq,
        items: updates,
        note: null,
      });
      context.crashAt('quarantine.after-outcome');
      appendAudit(context, 'objects.quarantined', {
        firstKey: first.objectKey,
        lastKey: last.objectKey,
        copied: updates.filter((update) => update.objectState === 'quarantined').length,
        drifted: updates.filter((update) => update.objectState === 'drifted').length,
      });
    },
  );
}

async function quarantineOne(context: RunContext, item: StoredItem): Promise<ItemUpdate> {
  const { object, quarantineKey } = item;
  invariant(
    object !== null && quarantineKey !== null,
    `Item ${String(item.seq)} has no object to quarantine.`,
  );
  const result = await copyVerified(context.target.objects, {
    source: object,
    toKey: quarantineKey,
    expectedSha256: item.objectSha256,
  });
  context.crashAt('quarantine.after-copy');
  switch (result.kind) {
    case 'copied':
      return { seq: item.seq, objectState: 'quarantined', objectSha256: result.sha256 };
    case 'source-moved':
      reportProblem(context, `Left object ${object.key} alone: ${result.detail}.`);
      return { seq: item.seq, objectState: 'drifted', stateDetail: result.detail };
    case 'destination-differs':
      throw new OperatorError('VERIFICATION_FAILED', {
        message: `The quarantine copy ${quarantineKey} does not hold the content of ${object.key}. The object was not removed.`,
        hint: 'Look at both objects. Remove the wrong copy by hand if it is not needed, then run `unwind resume`.',
        details: { key: object.key, quarantineKey, detail: result.detail },
      });
  }
}
