import type { StoredItem } from '../ports/run-file.ts';

/**
 * Lets one item of a plan reset the marks of a file row that holds no key. Of several failed attempts at one file the first does it:
 * the others would find the row changed, and call it drift.
 *
 * Remembers the ids of such file rows while a plan is made.
 */
export function createMarkClaims(): (item: StoredItem) => StoredItem {
  const claimed = new Set<string>();
  return (item) => {
    const { fileId, before } = item;
    if (fileId === null || before.file === null || item.rowAction !== 'reset') return item;
    // A row with a key belongs to an object: who may reset it is settled with the object.
    if (before.file.r2Key !== null && before.file.r2Key !== '') return item;
    if (!claimed.has(fileId)) {
      claimed.add(fileId);
      return item;
    }
    return { ...item, before: { ...before, file: null }, after: { ...item.after, file: null } };
  };
}
