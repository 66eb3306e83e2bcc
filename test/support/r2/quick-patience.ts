import type { R2Patience } from '../../../src/main/adapters/r2/connect-r2.ts';

/** The adapter's patience with waits that a test can afford; the number of attempts is the real one. */
export const QUICK_PATIENCE: Partial<R2Patience> = {
  connectTimeoutMs: 2_000,
  idleTimeoutMs: 2_000,
  requestTimeoutMs: 2_000,
  copyTimeoutMs: 2_000,
  firstDelayMs: 1,
  longestWaitMs: 2_000,
};
