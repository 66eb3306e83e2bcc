import type { Clock } from '../../../src/main/core/ports/clock.ts';

/** A clock that stands still until it is moved by hand. */
export interface HandClock extends Clock {
  advance(ms: number): void;
}

export function aHandClock(startedAt = '2026-08-01T12:00:00.000Z'): HandClock {
  const startMs = Date.parse(startedAt);
  let elapsedMs = 0;
  const waiting: { readonly until: number; readonly resolve: (value: undefined) => void }[] = [];
  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    nextTurn: async () => undefined,
    wait: (ms, woken) => {
      const until = elapsedMs + ms;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      waiting.push({ until, resolve });
      return Promise.race([promise, woken]).then(() => undefined);
    },
    advance: (ms) => {
      elapsedMs += ms;
      for (const { until, resolve } of waiting) if (until <= elapsedMs) resolve(undefined);
    },
  };
}
