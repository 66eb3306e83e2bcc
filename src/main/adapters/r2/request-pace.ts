import { setTimeout as sleep } from 'node:timers/promises';

/** How many requests may be under way at the same time. */
export interface PaceLimits {
  /** At the start: a bucket that nobody has asked yet may be a slow one. */
  readonly first: number;
  readonly most: number;
}

/** What a request that has ended says about the endpoint. */
export type Verdict =
  | { readonly kind: 'fine' }
  /** The endpoint asked to slow down; `waitMs` is what it asked for, 0 where it did not say. */
  | { readonly kind: 'slow-down'; readonly waitMs: number };

/** The one controller of a bucket's connection: every request passes through it, whatever it is for. */
export interface RequestPace {
  /**
   * Does `work` as soon as there is room. `judge` reads its error; a result is always fine.
   * Not to be nested: work that waits for room inside `work` may wait for ever.
   */
  run<T>(work: () => Promise<T>, judge: (error: unknown) => Verdict): Promise<T>;
  /** Requests that may be under way now. */
  readonly width: number;
}

/** Random part on top of a wait, as a share of it: many clients that were told to wait should not come back at once. */
const JITTER = 0.25;

/**
 * Adapts the number of concurrent requests to what the endpoint bears: one more for each full round that went well, half as many when
 * it asks to slow down, and none at all until the time it asked for has passed.
 *
 * R2 publishes no rate, but answers 429 and 503; so the right number can only be found by asking. Requests that were under way when the
 * pace was halved do not halve it again: they speak of the pace before.
 */
export function requestPace(limits: PaceLimits, closed: AbortSignal): RequestPace {
  let width = limits.first;
  let underWay = 0;
  let round = 0;
  let openAtMs = 0;
  const waiting: (() => void)[] = [];

  function admit(): void {
    while (underWay < Math.floor(width)) {
      const next = waiting.shift();
      if (next === undefined) return;
      underWay += 1;
      next();
    }
  }

  async function enter(): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      admit();
    });
    for (let restMs = openAtMs - performance.now(); restMs > 0 && !closed.aborted; ) {
      await sleep(restMs, undefined, { signal: closed }).catch(() => undefined);
      restMs = openAtMs - performance.now();
    }
  }

  function leave(): void {
    underWay -= 1;
    admit();
  }

  function grow(): void {
    // Room that nobody uses says nothing about what the endpoint would bear.
    if (underWay >= Math.floor(width)) width = Math.min(limits.most, width + 1 / width);
  }

  function shrink(startedIn: number, waitMs: number): void {
    openAtMs = Math.max(openAtMs, performance.now() + waitMs * (1 + Math.random() * JITTER));
    if (startedIn !== round) return;
    round += 1;
    width = Math.max(1, width / 2);
  }

  return {
    get width() {
      return Math.floor(width);
    },
    async run(work, judge) {
      await enter();
      const startedIn = round;
      try {
        const result = await work();
        grow();
        return result;
      } catch (error) {
        const verdict = judge(error);
        if (verdict.kind === 'slow-down') shrink(startedIn, verdict.waitMs);
        throw error;
      } finally {
        leave();
      }
    },
  };
}
