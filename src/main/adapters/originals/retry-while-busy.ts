import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { HttpReadFailure } from './read-within.ts';

/** How long a file server that is busy, or drops connections, is tried. */
export interface HttpPatience {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Shortest wait before the second attempt; each further one doubles, and jitter up to doubles it again. */
  readonly firstDelayMs: number;
  /** A server that asks for a longer wait than this is not waited for. */
  readonly longestWaitMs: number;
  /** Files in a row that failed to the last attempt, after which each further one gets a single attempt until one succeeds. */
  readonly giveUpAfter: number;
}

export const HTTP_PATIENCE: HttpPatience = {
  attempts: 4,
  firstDelayMs: 250,
  longestWaitMs: 30_000,
  giveUpAfter: 3,
};

/** Repeats reads of one server; all of them share what the server said about waiting. */
export type RetryWhileBusy = <T>(attempt: () => Promise<T>) => Promise<T>;

/**
 * Repeats an attempt that failed because the server was busy (429, 500, 502, 503, 504) or the connection broke. `Retry-After` holds back
 * every request to this server, not only the one that was answered so.
 *
 * A server that is down must not cost the waits of all attempts for each of a million files: after a few files that failed to the last
 * attempt, single attempts are made until one succeeds.
 */
export function retryWhileBusy(patience: HttpPatience): RetryWhileBusy {
  let heldBackUntilMs = 0;
  let failedInARow = 0;

  async function attemptWhenAllowed<T>(attempt: () => Promise<T>): Promise<T> {
    const restMs = heldBackUntilMs - performance.now();
    if (restMs > 0) await sleep(restMs);
    try {
      return await attempt();
    } catch (error) {
      const askedMs = askedWaitMs(error);
      if (askedMs <= patience.longestWaitMs) {
        heldBackUntilMs = Math.max(heldBackUntilMs, performance.now() + askedMs);
      }
      throw error;
    }
  }

  return async (attempt) => {
    const retries = failedInARow < patience.giveUpAfter ? patience.attempts - 1 : 0;
    try {
      const answer = await pRetry(() => attemptWhenAllowed(attempt), {
        retries,
        minTimeout: patience.firstDelayMs,
        maxTimeout: Math.max(patience.firstDelayMs, patience.longestWaitMs),
        factor: 2,
        randomize: true,
        shouldRetry: ({ error }) =>
          isPassing(error) && askedWaitMs(error) <= patience.longestWaitMs,
      });
      failedInARow = 0;
      return answer;
    } catch (error) {
      if (isPassing(error)) failedInARow += 1;
      throw error;
    }
  };
}

function isPassing(error: unknown): boolean {
  return error instanceof HttpReadFailure && error.nature === 'passing';
}

/** How long the server asked to wait; 0 where it did not say. */
function askedWaitMs(error: unknown): number {
  return error instanceof HttpReadFailure ? (error.retryAfterMs ?? 0) : 0;
}
