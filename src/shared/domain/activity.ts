import { z } from 'zod';

/** A lock on one of the target's tables that a session holds or waits for. */
export const TableLock = z.strictObject({
  table: z.string(),
  /** As the database names it, e.g. `RowExclusiveLock`. */
  mode: z.string(),
  granted: z.boolean(),
});
export type TableLock = z.infer<typeof TableLock>;

/** A session of the database server that holds or waits for locks on the target's tables. */
export const DatabaseSession = z.strictObject({
  /** Process id of the backend. Reused by the server: only together with `startedAt` does it name a session. */
  pid: z.number().int(),
  /** ISO 8601 UTC with microseconds, as the server gives it. */
  startedAt: z.string(),
  user: z.string().nullable(),
  application: z.string(),
  /** Address of the client, or `socket`. */
  client: z.string(),
  state: z.string().nullable(),
  /** Beginning of its current or last statement, at most 200 characters; `null` where these rights do not show it. */
  statement: z.string().nullable(),
  /** Since when its transaction is open, ISO 8601 UTC; `null` for none. */
  transactionSince: z.string().nullable(),
  locks: z.array(TableLock),
  /** Backends that it waits for. */
  blockedBy: z.array(z.number().int()),
  /** Whether it is one of Unwind's own. */
  own: z.boolean(),
});
export type DatabaseSession = z.infer<typeof DatabaseSession>;
