/**
 * Named places at which a test may kill the process (SIGKILL), each at a durable boundary.
 *
 * `<module>.<after|before>-<event>`. A test holds this list against the places that were really hit.
 */
export const CRASH_POINTS = [
  'run.after-lease',
  'run.after-begin',
  'snapshot.after-rows',
  'snapshot.after-manifest',
  'rows.after-intent',
  'rows.after-effect',
  'rows.after-outcome',
  'batches.after-intent',
  'batches.after-effect',
  'quarantine.after-intent',
  'quarantine.after-copy',
  'quarantine.after-outcome',
  'delete.after-intent',
  'delete.after-effect',
  'delete.after-outcome',
  'restore.after-intent',
  'restore.after-copy',
  'restore.after-outcome',
  'purge.after-intent',
  'purge.after-effect',
  'purge.after-outcome',
  'columns.after-intent',
  'columns.after-effect',
  'columns.after-outcome',
  'run.before-verification',
  'run.before-end',
  'debts.before-write',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Does nothing, unless this process was started to die at `point`; then it never returns. */
export type CrashAt = (point: CrashPoint) => void;
