import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** How often and how long a request is tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Shortest wait before the second attempt; each further wait doubles, and jitter up to doubles it again. */
  readonly firstDelayMs: number;
  /** A server that asks for a longer wait than this is not waited for: the error goes to the caller. */
  readonly longestWaitMs: number;
}

/**
 * Repeats `attempt` while it fails with an error that the error table calls retryable. The only place that repeats a
 * request: the S3 client's own retries are off. `Retry-After` is honoured as the shortest wait.
 */
export async function retryByTable<T>(
  attempt: () => Promise<T>,
  options: { readonly policy: RetryPolicy; readonly signal: AbortSignal },
): Promise<T> {
  const { policy, signal } = options;
  try {
    return await pRetry(attempt, {
      retries: policy.attempts - 1,
      minTimeout: policy.firstDelayMs,
      factor: 2,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => mayRetry(error, policy),
      onFailedAttempt: async ({ error, retriesLeft, retryDelay }) => {
        if (retriesLeft === 0 || !mayRetry(error, policy)) return;
        const restMs = askedWaitMs(error) - retryDelay;
        if (restMs > 0) await sleep(restMs, undefined, { signal });
      },
    });
  } catch (error) {
    // A wait that was cut short rejects with an error of Node's; the caller is owed the reason of the abort.
    signal.throwIfAborted();
    throw error;
  }
}

function mayRetry(error: unknown, policy: RetryPolicy): boolean {
  return (
    error instanceof OperatorError && error.retryable && askedWaitMs(error) <= policy.longestWaitMs
  );
}

function askedWaitMs(error: unknown): number {
  const waitMs = error instanceof OperatorError ? error.details['retryAfterMs'] : undefined;
  return typeof waitMs === 'number' ? waitMs : 0;
}
