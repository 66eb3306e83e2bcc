import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** How often and how long a request is tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** The same for a request that the endpoint asked to send later: that says nothing against the request. */
  readonly attemptsWhenSlowed: number;
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
  const spent: Spent = { failed: 0, slowed: 0 };
  try {
    return await pRetry(attempt, {
      retries: policy.attempts + policy.attemptsWhenSlowed,
      minTimeout: policy.firstDelayMs,
      maxTimeout: Math.max(policy.firstDelayMs, policy.longestWaitMs),
      factor: 2,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => mayRetry(error, policy, spent),
      onFailedAttempt: async ({ error, retryDelay }) => {
        spent[isSlowDown(error) ? 'slowed' : 'failed'] += 1;
        if (!mayRetry(error, policy, spent)) return;
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

/** Attempts that have ended, by how. */
interface Spent {
  failed: number;
  slowed: number;
}

function mayRetry(error: unknown, policy: RetryPolicy, spent: Spent): boolean {
  if (!(error instanceof OperatorError) || !error.retryable) return false;
  if (askedWaitMs(error) > policy.longestWaitMs) return false;
  return spent.failed < policy.attempts && spent.slowed < policy.attemptsWhenSlowed;
}

/** Whether the endpoint answered that requests come too fast. */
export function isSlowDown(error: unknown): boolean {
  return error instanceof OperatorError && error.code === 'R2_RATE_LIMITED';
}

/** How long the endpoint asked to wait; 0 where it did not say. */
export function askedWaitMs(error: unknown): number {
  const waitMs = error instanceof OperatorError ? error.details['retryAfterMs'] : undefined;
  return typeof waitMs === 'number' ? waitMs : 0;
}
