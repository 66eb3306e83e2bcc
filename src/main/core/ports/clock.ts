/** The time, and the thread's own turn. A port, so that tests are exact. */
export interface Clock {
  /** The moment, in milliseconds since 1970-01-01 UTC. */
  nowMs(): number;
  /** A monotonic reading in milliseconds; only differences mean something. */
  monotonicMs(): number;
  /** Lets other work of this thread run before going on. Long loops call it once a chunk. */
  nextTurn(): Promise<void>;
  /** Settles after so many milliseconds, or as soon as `woken` does. */
  wait(ms: number, woken: Promise<unknown>): Promise<void>;
}

/** The moment as ISO 8601 UTC with milliseconds. */
export function nowIso(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString();
}
