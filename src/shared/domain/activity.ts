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

/** What is stopped of a session: what it does now, or all of it. The server rolls its open transaction back either way. */
export const StopWhat = z.enum(['statement', 'session']);
export type StopWhat = z.infer<typeof StopWhat>;

/** What the operator types to consent to stopping a session: the act, the session and the target. */
export function stopPhrase(what: StopWhat, pid: number, targetName: string): string {
  const act = what === 'statement' ? 'cancel the statement of' : 'terminate';
  return `${act} session ${String(pid)} on ${targetName}`;
}

/** A session and how deep it stands below the one that everybody in its chain waits for. */
export interface LockLine {
  readonly session: DatabaseSession;
  /** 0: it waits for nobody that is listed. */
  readonly depth: number;
}

/**
 * Puts sessions into the order in which a tree of blockers is read: each below the first session that it waits for. Every session
 * comes once, also where they wait for each other in a circle (a deadlock that the server has not broken yet).
 */
export function lockTree(sessions: readonly DatabaseSession[]): readonly LockLine[] {
  const lines: LockLine[] = [];
  const seen = new Set<number>();
  function add(session: DatabaseSession, depth: number): void {
    if (seen.has(session.pid)) return;
    seen.add(session.pid);
    lines.push({ session, depth });
    for (const one of sessions) if (one.blockedBy[0] === session.pid) add(one, depth + 1);
  }
  const pids = new Set(sessions.map(({ pid }) => pid));
  for (const session of sessions)
    if (!pids.has(session.blockedBy[0] ?? Number.NaN)) add(session, 0);
  for (const session of sessions) add(session, 0);
  return lines;
}
