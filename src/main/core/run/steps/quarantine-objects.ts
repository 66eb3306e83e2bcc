import pMap from 'p-map';
import { invariant, OperatorError } from '../../../../shared/domain/operator-error.ts';
import { OBJECT_CALLS_AT_ONCE } from '../../ports/object-store.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import { executeChunks } from '../journaled-chunks.ts';
import { type RunContext, reportProblem, type StepResult } from '../run-context.ts';
import { copyVerified } from './copy-verified.ts';

/** Objects per intent: a crash re-examines at most this many copies. */
const CHUNK = 100;

/**
 * Copies the planned objects to the quarantine on the server, conditionally, and proves each copy by reading it back
 * (invariant 10). Objects whose row was left alone stay.
 */
export function quarantineObjects(context: RunContext): Promise<StepResult> {
  const journaled = {
    step: 'quarantine-objects',
    filter: 'objects-planned',
    chunkSize: CHUNK,
    event: 'objects.quarantined',
  } as const;
  return executeChunks(context, journaled, (items) =>
    pMap(items, (item) => quarantineOne(context, item), { concurrency: OBJECT_CALLS_AT_ONCE }),
  );
}

async function quarantineOne(context: RunContext, item: StoredItem): Promise<ItemUpdate> {
  const { object, quarantineKey } = item;
  invariant(
    item.rowState !== 'planned',
    `Item ${String(item.seq)} would lose its object before its row is reset.`,
  );
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
