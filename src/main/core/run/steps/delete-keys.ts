import type { DeleteFailure, ObjectStore } from '../../ports/object-store.ts';

/** Most keys of one call of `deleteMany`. */
const BATCH = 1_000;

/**
 * Asks for any number of keys to be deleted, several batches at a time. When a batch fails as a whole the others are waited for before the
 * error is thrown: nothing may still be under way when the run ends. The answers are no evidence (invariant 11).
 */
export async function deleteKeys(
  objects: Pick<ObjectStore, 'deleteMany'>,
  keys: readonly string[],
): Promise<readonly DeleteFailure[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, index) =>
    keys.slice(index * BATCH, (index + 1) * BATCH),
  );
  const answers = await Promise.allSettled(batches.map((batch) => objects.deleteMany(batch)));
  return answers.flatMap((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}
