import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import type { TestR2 } from './start-r2.ts';

/** Takes objects away as somebody else would, past any run. */
export async function removeObjects(r2: TestR2, keys: readonly string[]): Promise<void> {
  const store = openR2ObjectStore(r2.address);
  try {
    await store.deleteMany(keys);
  } finally {
    await store.close();
  }
}
