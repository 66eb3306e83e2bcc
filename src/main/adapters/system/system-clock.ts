import { setImmediate as nextImmediate } from 'node:timers/promises';
import type { Clock } from '../../core/ports/clock.ts';

/** The computer's clock and this thread's event loop. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  nextTurn: async () => {
    await nextImmediate();
  },
  wait: async (ms, woken) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([promise, woken]);
    clearTimeout(timer);
  },
};
