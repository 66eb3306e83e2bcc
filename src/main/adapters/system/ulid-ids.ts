import { monotonicFactory } from 'ulid';
import type { Ids } from '../../core/ports/ids.ts';

/** ULIDs that grow within this process even inside one millisecond. */
export function ulidIds(): Ids {
  const next = monotonicFactory();
  return { next: () => next() };
}
