import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../../shared/domain/plan.ts';
import type { ContentHash, ObjectStore } from '../../ports/object-store.ts';

/** How a verified copy ended. */
export type CopyResult =
  | { readonly kind: 'copied'; readonly sha256: string }
  | { readonly kind: 'source-moved'; readonly detail: string }
  | { readonly kind: 'destination-differs'; readonly detail: string };

interface CopyOrder {
  readonly source: ObjectFacts;
  readonly toKey: string;
  /** SHA-256 of the content where it is known; else the source is read to find it. */
  readonly expectedSha256: string | null;
}

/**
 * Copies an object on the server and proves the copy by reading it to its end.
 *
 * Idempotent: a copy that an earlier attempt made is verified instead of made. Neither side is ever overwritten: the source must
 * still be the planned one and the destination must not exist. The server's answer is not evidence (invariant 11): the ETag in it only
 * names the object that is then read.
 */
export async function copyVerified(objects: ObjectStore, order: CopyOrder): Promise<CopyResult> {
  const made = await makeCopy(objects, order);
  if (made.kind !== 'made') return made;
  const copy = await readCopy(objects, order.toKey, made.etag);
  if (copy === undefined) {
    return {
      kind: 'destination-differs',
      detail: 'the copy is not there although the server said so',
    };
  }
  const expected = order.expectedSha256 ?? (await hashOf(objects, order.source)).sha256;
  if (copy.sha256 === expected || (await isDeliveredAlike(objects, order, copy))) {
    return { kind: 'copied', sha256: copy.sha256 };
  }
  return {
    kind: 'destination-differs',
    detail: `SHA-256 is ${copy.sha256}, expected ${expected}`,
  };
}

type Made = { readonly kind: 'made'; readonly etag: string };

async function makeCopy(
  objects: ObjectStore,
  { source, toKey }: CopyOrder,
): Promise<Made | CopyResult> {
  try {
    const { etag } = await objects.copy({
      fromKey: source.key,
      toKey,
      ifSourceMatch: source.etag,
      sizeBytes: source.sizeBytes,
    });
    return { kind: 'made', etag };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (error.code === 'R2_OBJECT_CHANGED')
      return { kind: 'source-moved', detail: 'it was changed since the plan' };
    if (error.code === 'R2_OBJECT_NOT_FOUND') return { kind: 'source-moved', detail: 'it is gone' };
    if (error.code !== 'R2_OBJECT_EXISTS') throw error;
    return findCopy(objects, source, toKey);
  }
}

/** What stands at the destination already may be the copy of an earlier attempt: its content will tell. */
async function findCopy(
  objects: ObjectStore,
  source: ObjectFacts,
  toKey: string,
): Promise<Made | CopyResult> {
  const present = (await objects.statMany([toKey])).get(toKey);
  if (present === undefined) {
    return { kind: 'destination-differs', detail: 'what stood there a moment ago is gone' };
  }
  if (present.sizeBytes !== source.sizeBytes) {
    return {
      kind: 'destination-differs',
      detail: `${String(present.sizeBytes)} bytes, expected ${String(source.sizeBytes)}`,
    };
  }
  return { kind: 'made', etag: present.etag };
}

/** The hash of the copy; `undefined` when no object with this ETag is there. */
async function readCopy(
  objects: ObjectStore,
  key: string,
  etag: string,
): Promise<ContentHash | undefined> {
  try {
    return await objects.hash(key, { ifMatch: etag });
  } catch (error) {
    const isMissing =
      error instanceof OperatorError &&
      (error.code === 'R2_OBJECT_NOT_FOUND' || error.code === 'R2_OBJECT_CHANGED');
    if (!isMissing) throw error;
    return undefined;
  }
}

/**
 * Whether source and copy, read in the same way, are the same. Asked only where R2 delivered something else than the stored bytes: the
 * expected hash is then of the stored bytes, which nobody can read.
 */
async function isDeliveredAlike(
  objects: ObjectStore,
  { source }: CopyOrder,
  copy: ContentHash,
): Promise<boolean> {
  if (copy.sizeBytes === source.sizeBytes) return false;
  const original = await hashOf(objects, source);
  return original.sha256 === copy.sha256 && original.sizeBytes === copy.sizeBytes;
}

function hashOf(objects: ObjectStore, object: ObjectFacts): Promise<ContentHash> {
  return objects.hash(object.key, { ifMatch: object.etag });
}
