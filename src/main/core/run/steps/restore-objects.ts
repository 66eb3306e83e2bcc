import pMap from 'p-map';
import { invariant } from '../../../../shared/domain/operator-error.ts';
import { OBJECT_CALLS_AT_ONCE } from '../../ports/object-store.ts';
import type { ItemUpdate, StoredItem } from '../../ports/run-file.ts';
import { executeChunks } from '../journaled-chunks.ts';
import { type RunContext, reportProblem, type StepResult } from '../run-context.ts';
import { copyVerified } from './copy-verified.ts';

const CHUNK = 100;

/**
 * Brings objects back from the quarantine by conditional copies that are read back, before the rows that will point at them.
 * An object that stands there by now is never overwritten; its row then stays as it is, too.
 */
export function restoreObjects(context: RunContext): Promise<StepResult> {
  const journaled = {
    step: 'restore-objects',
    filter: 'objects-planned',
    chunkSize: CHUNK,
    event: 'objects.restored',
  } as const;
  return executeChunks(context, journaled, (items) =>
    pMap(items, (item) => restoreOne(context, item), { concurrency: OBJECT_CALLS_AT_ONCE }),
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
