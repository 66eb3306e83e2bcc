import type { RowAddress } from '../ports/migration-database.ts';
import type { StoredItem } from '../ports/run-file.ts';

/** The rows that an item is about: its record, and its file row only where the item has values for it. */
export function rowAddressOf(item: Pick<StoredItem, 'recordId' | 'fileId' | 'before'>): RowAddress {
  return { recordId: item.recordId, fileId: item.before.file === null ? null : item.fileId };
}

/** Whether an object is still the one that was planned for: ETag, size and time of modification (invariant 9). */
export function sameObject(
  left: NonNullable<StoredItem['object']>,
  right: NonNullable<StoredItem['object']>,
): boolean {
  return (
    left.etag === right.etag &&
    left.sizeBytes === right.sizeBytes &&
    left.lastModified === right.lastModified
  );
}
