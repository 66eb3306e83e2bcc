import { z } from 'zod';
import { Operator } from '../../../shared/domain/target.ts';
import type { LeaseHolder } from '../../core/ports/lease.ts';
import type { PostgresSession, TextRow } from './session.ts';

// The advisory locks that make a lease, and how its holder is seen. Advisory locks of applications usually have one 64-bit key; these have
// two of 32 bits, the first of which is ours, so that they never meet.

/** First key of the lease itself: `unwd` in ASCII. Held by the session of the lease as long as the lease. */
const leaseClass = 0x756e7764;
/** First key of the fence: `unwf`. Shared by each writing transaction; taken alone by whoever has just got the lease. */
const fenceClass = 0x756e7766;

const inThisDatabase = `l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** One session of the server, for certain: a process id alone may be another one by now. */
export interface Backend {
  readonly pid: string;
  /** As the server prints it. */
  readonly startedAt: string;
}

/** Takes the lease lock for this session, without waiting. */
export async function tryLeaseLock(session: PostgresSession, oid: string): Promise<boolean> {
  const { rows } = await session.query('SELECT pg_try_advisory_lock($1::int4, $2::int4)', [
    leaseClass,
    toInt4(oid),
  ]);
  return rows[0]?.[0] === 't';
}

/** Waits until every writing transaction of earlier holders has ended, within the lock timeout. Holds the fence for that moment only. */
export async function waitForFence(session: PostgresSession, oid: string): Promise<void> {
  // A transaction of its own: the lock goes with it.
  await session.query('SELECT pg_advisory_xact_lock($1::int4, $2::int4)', [
    fenceClass,
    toInt4(oid),
  ]);
}

/** Lets this transaction be waited for by the next holder. */
export async function joinFence(
  session: Pick<PostgresSession, 'query'>,
  oid: string,
): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock_shared($1::int4, $2::int4)', [
    fenceClass,
    toInt4(oid),
  ]);
}

/** Whether `backend` holds the lease lock now. */
export async function holdsLeaseLock(
  session: Pick<PostgresSession, 'query'>,
  oid: string,
  backend: Backend,
): Promise<boolean> {
  const { rowCount } = await session.query(
    `SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE ${inThisDatabase} AND l.classid = $1::oid AND l.objid = $2::oid AND l.mode = 'ExclusiveLock'
       AND l.pid = $3::int4 AND a.backend_start = $4::timestamptz`,
    [leaseClass, oid, backend.pid, backend.startedAt],
  );
  return rowCount === 1;
}

/** Which session of the server this one is. */
export async function backendOf(session: PostgresSession): Promise<Backend> {
  const { rows } = await session.query(
    'SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()',
  );
  return { pid: rows[0]?.[0] ?? '', startedAt: rows[0]?.[1] ?? '' };
}

/** The statement whose text names the holder: the last one of a session is what `pg_stat_activity` shows of it. */
export function holderStatement(holder: LeaseHolder): string {
  // A slash may not stand in it as it is: it could end the comment.
  const json = JSON.stringify(holder).replaceAll('/', '\\u002f');
  return `SELECT 'unwind lease' /* ${json} */`;
}

/** `application_name` of the session that holds a lease: seen by roles that may not see its statement. */
export function leaseApplicationName(applicationName: string, runId: string): string {
  return `${applicationName} lease ${runId}`;
}

/** Who holds the lease lock: `'nobody'`, `'somebody'` that has not said its name yet, or the holder. */
export async function findHolder(
  session: PostgresSession,
  oid: string,
): Promise<LeaseHolder | 'nobody' | 'somebody'> {
  const { rows } = await session.query(
    `SELECT a.query, a.application_name, a.usename, host(a.client_addr), a.pid FROM pg_locks l
     LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE ${inThisDatabase} AND l.classid = $1::oid AND l.objid = $2::oid AND l.mode = 'ExclusiveLock'`,
    [leaseClass, oid],
  );
  const [row] = rows;
  return row === undefined ? 'nobody' : (holderIn(row[0] ?? '') ?? holderByName(row));
}

const Holder = z.strictObject({
  operator: Operator,
  runId: z.string(),
  since: z.string(),
  token: z.number().int(),
});

function holderIn(statement: string): LeaseHolder | undefined {
  const json = /^SELECT 'unwind lease' \/\* (\{.*\}) \*\/$/s.exec(statement)?.[1];
  if (json === undefined) return undefined;
  try {
    return Holder.safeParse(JSON.parse(json)).data;
  } catch {
    // The server keeps only the beginning of long statements (track_activity_query_size).
    return undefined;
  }
}

/** This role may not see the statements of the holder's role: the run and the role are known, no more. */
function holderByName([, application, user, client, pid]: TextRow): LeaseHolder | 'somebody' {
  const runId = / lease ([0-9A-Z]{26})$/.exec(application ?? '')?.[1];
  if (runId === undefined) return 'somebody';
  return {
    operator: {
      user: `role ${user ?? '?'}`,
      host: client ?? 'unknown host',
      pid: Number(pid),
      door: 'cli',
    },
    runId,
    since: 'an unknown time',
    token: 0,
  };
}

/** An oid is unsigned, an advisory lock's key is signed: same bits. */
function toInt4(oid: string): number {
  return Number(oid) | 0;
}
