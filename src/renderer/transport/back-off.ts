const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/** How long to wait before attempt `attempt` (from 1): doubles each time up to 8 s, so that a restarted host is found soon. */
export function backOffMs(attempt: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
}
