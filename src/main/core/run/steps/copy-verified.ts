import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../../shared/domain/plan.ts';
import type { ContentHash, ObjectStore } from '../../ports/object-store.ts';

/** How a verified copy ended. */
export type CopyResult =
  | { readonly kind: 'copied'; readonly sha256: string }
  | { readonly kind: 'source-moved'; readonly detail: string }
  | { readonly kind: 'destination-differs'; readonly detail: string };

/**
 * Copies an object on the server and proves the copy by reading it to its end.
 *
 * Idempotent: a copy that an earlier attempt made is verified instead of made. Neither side is ever overwritten: the source must
 * still be the planned one and the destination must not exist. The server's answer is not evidence (invariant 11).
 */
export async function copyVerified(
  objects: ObjectStore,
  request: {
    readonly source: ObjectFacts;
    readonly toKey: string;
    /** SHA-256 of the content where it is known; else the source is read to find it. */
    readonly expectedSha256: string | null;
  },
): Promise<CopyResult> {
  const { source, toKey } = request;
  try {
    await objects.copy({ fromKey: source.key, toKey, ifSourceMatch: source.etag });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (error.code === 'R2_OBJECT_CHANGED')
      return { kind: 'source-moved', detail: 'it was changed since the plan' };
    if (error.code === 'R2_OBJECT_NOT_FOUND') return { kind: 'source-moved', detail: 'it is gone' };
    if (error.code !== 'R2_OBJECT_EXISTS') throw error;
  }
  const copy = (await objects.statMany([toKey])).get(toKey);
  if (copy === undefined) {
    return {
      kind: 'destination-differs',
      detail: 'the copy is not there although the server said so',
    };
  }
  if (copy.sizeBytes !== source.sizeBytes) {
    return {
      kind: 'destination-differs',
      detail: `${String(copy.sizeBytes)} bytes, expected ${String(source.sizeBytes)}`,
    };
  }
  const expected = request.expectedSha256 ?? (await hashOf(objects, source)).sha256;
  const actual = (await hashOf(objects, copy)).sha256;
  return actual === expected
    ? { kind: 'copied', sha256: actual }
    : { kind: 'destination-differs', detail: `SHA-256 is ${actual}, expected ${expected}` };
}

function hashOf(objects: ObjectStore, object: ObjectFacts): Promise<ContentHash> {
  return objects.hash(object.key, { ifMatch: object.etag });
}
