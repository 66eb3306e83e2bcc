import { setImmediate as nextImmediate } from 'node:timers/promises';
import type { Clock } from '../../../src/main/core/ports/clock.ts';

/** A clock that goes on by a second whenever it is asked: the same sequence sees the same times, and no two moments are one. */
export interface SteppingClock extends Clock {
  /** How far it has come, to go on from there in another process. */
  seconds(): number;
  goOnFrom(seconds: number): void;
}

const FIRST_MS = Date.UTC(2026, 0, 1);

/** Begins on the first day of 2026. */
export function aSteppingClock(): SteppingClock {
  let seconds = 0;
  return {
    nowMs: () => {
      seconds += 1;
      return FIRST_MS + seconds * 1_000;
    },
    seconds: () => seconds,
    goOnFrom: (later) => {
      seconds = later;
    },
    monotonicMs: () => seconds * 1_000,
    nextTurn: async () => {
      await nextImmediate();
    },
    wait: async () => {
      await nextImmediate();
    },
  };
}
