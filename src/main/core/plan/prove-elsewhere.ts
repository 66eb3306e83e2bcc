import type { Held, ObjectFacts } from '../../../shared/domain/plan.ts';
import type { StoredItem } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';
import { heldBecause } from './held-reasons.ts';

/** What proves that the content of a quarantine copy exists elsewhere; `held` when nothing does. */
export type ElsewhereProof =
  | { readonly detail: string; readonly held: null }
  | { readonly detail: string; readonly held: Held };

/**
 * The last-copy guard at the point of no return: the original, read again to its last byte, or the object back at its key.
 * @throws R2_OBJECT_NOT_FOUND, R2_OBJECT_CHANGED where the copy, or the object at its key, is not the one that was seen.
 */
export async function proveElsewhere(
  target: Pick<OpenTarget, 'objects' | 'originals'>,
  item: Pick<StoredItem, 'sourcePath'>,
  world: { readonly copy: ObjectFacts; readonly current: ObjectFacts | undefined },
): Promise<ElsewhereProof> {
  const { copy, current } = world;
  // The copy itself is read, not what a file says about it: this is the last time that anybody can.
  const { sha256, gunzipped } = await target.objects.hash(copy.key, { ifMatch: copy.etag });
  const original =
    item.sourcePath === null
      ? undefined
      : await target.originals.inspect(item.sourcePath, 'content');
  const originalSha256 = original?.state === 'present' ? original.hash?.sha256 : undefined;
  if (original?.state === 'present' && originalSha256 === sha256) {
    return {
      detail: `original proved: SHA-256 equal, ${String(original.sizeBytes)} bytes`,
      held: null,
    };
  }
  if (originalSha256 !== undefined && originalSha256 === gunzipped?.sha256) {
    return { detail: 'original proved: SHA-256 equal to the copy after gunzip', held: null };
  }
  if (current !== undefined) {
    const hash = await target.objects.hash(current.key, { ifMatch: current.etag });
    if (hash.sha256 === sha256) {
      return { detail: 'the object is back at its key: SHA-256 equal', held: null };
    }
  }
  if (original?.state === 'missing') {
    const detail = `no file at ${original.location}: the quarantine copy is the last one`;
    return { detail, held: heldBecause('original-missing', detail) };
  }
  if (original?.state === 'present') {
    const detail = `${original.location} holds other content: the quarantine copy is the last one`;
    return { detail, held: heldBecause('original-different', detail) };
  }
  if (original?.state === 'escapes') {
    return { detail: original.detail, held: heldBecause('path-escapes', original.detail) };
  }
  const detail = original?.detail ?? 'the record has no source_path';
  return { detail, held: heldBecause('original-unknown', detail) };
}
