import { setImmediate as nextImmediate } from 'node:timers/promises';
import type { Clock } from '../../core/ports/clock.ts';

/** The computer's clock and this thread's event loop. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  nextTurn: async () => {
    await nextImmediate();
  },
};
