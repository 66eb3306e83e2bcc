import type { StoredItem } from '../../../src/main/core/ports/run-file.ts';
import { RUN_TIME } from '../../../src/shared/domain/plan.ts';
import { hashOf } from './a-hash.ts';
import { anObject, CONTENT } from './a-record.ts';

/** A planned item: its row is reset and its object quarantined and deleted. */
export function anItem(change: Partial<StoredItem> = {}): StoredItem {
  const seq = change.seq ?? 1;
  const id = String(seq);
  const key = `files/${id}`;
  return {
    seq,
    recordId: `r-${id}`,
    batchId: 'b-1',
    fileId: `f-${id}`,
    userId: 'u-1',
    filename: `${id}.txt`,
    sourcePath: `in/${id}.txt`,
    objectKey: key,
    verdict: 'change',
    rowAction: 'reset',
    objectAction: 'quarantine-and-delete',
    before: {
      status: 'completed',
      completedAt: '2024-11-02 10:00:00',
      file: { r2Key: key, checksum: 'c0ffee', updatedAt: '2024-11-02 10:00:01', marks: null },
    },
    after: {
      status: 'rolled_back',
      completedAt: RUN_TIME,
      file: { r2Key: null, checksum: null, updatedAt: RUN_TIME, marks: null },
    },
    object: anObject({ key }),
    objectProof: 'proved',
    objectDetail: 'ETag equals the MD5 of the original',
    originalProof: 'proved',
    originalDetail: 'checksum equal',
    held: null,
    objectSha256: hashOf(CONTENT).sha256,
    quarantineKey: `.unwind-quarantine/run/${key}`,
    rowState: 'planned',
    objectState: 'planned',
    stateDetail: null,
    ...change,
  };
}

/** An item that a guard holds. */
export function aHeldItem(change: Partial<StoredItem> = {}): StoredItem {
  const item = anItem(change);
  return {
    ...item,
    verdict: 'held',
    held: { reason: 'original-missing', detail: 'no file there', fix: 'bring it back' },
    rowAction: 'none',
    objectAction: 'none',
    after: item.before,
    quarantineKey: null,
    rowState: 'none',
    objectState: 'none',
    ...change,
  };
}

/** An item that the plan leaves as it is. */
export function anUntouchedItem(change: Partial<StoredItem> = {}): StoredItem {
  return aHeldItem({ verdict: 'untouched', held: null, ...change });
}
