import { z } from 'zod';
import { DatabaseSession, TableLock } from '../../../shared/domain/activity.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { DatabaseActivity, SessionAddress } from '../../core/ports/database-activity.ts';
import type { PostgresSession, PostgresSessions, TextRow } from './session.ts';

/** What is looked at, and who counts as one of us. */
export interface ActivityOptions {
  readonly sessions: PostgresSessions;
  /** What the `application_name` of Unwind's sessions begins with. */
  readonly applicationName: string;
  /** The oids of the target's tables. */
  findTables(session: PostgresSession): Promise<readonly string[]>;
}

function time(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Partitions and heirs are locked by their own names. */
const listSql = `
  WITH RECURSIVE tables AS (
    SELECT unnest($1::oid[]) AS oid
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN tables t ON i.inhparent = t.oid
  ), locks AS (
    SELECT l.pid, json_agg(json_build_object('table', c.oid::regclass::text, 'mode', l.mode, 'granted', l.granted)
      ORDER BY l.granted, c.oid::regclass::text, l.mode) AS found
    FROM pg_locks l JOIN tables t ON t.oid = l.relation JOIN pg_class c ON c.oid = l.relation
    WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.pid <> pg_backend_pid()
    GROUP BY l.pid
  )
  SELECT a.pid, ${time('a.backend_start')}, a.usename, a.application_name, coalesce(host(a.client_addr), ''),
    a.state, left(a.query, 200), ${time('a.xact_start')}, l.found::text, array_to_json(pg_blocking_pids(a.pid))::text,
    a.backend_start IS NULL
  FROM locks l JOIN pg_stat_activity a ON a.pid = l.pid
  ORDER BY a.xact_start NULLS LAST, a.pid`;

const act = { statement: 'pg_cancel_backend', session: 'pg_terminate_backend' } as const;

/** Sessions of a PostgreSQL server on the tables of one target. */
export function postgresActivity(options: ActivityOptions): DatabaseActivity {
  return {
    listSessions: () => onSession(options, (session) => listSessions(options, session)),
    cancel: (address, what) =>
      onSession(options, (session) =>
        cancel(session, { address, what, location: options.sessions.location }),
      ),
  };
}

async function onSession<T>(
  { sessions }: ActivityOptions,
  work: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  const session = await sessions.open('read');
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

async function listSessions(
  options: ActivityOptions,
  session: PostgresSession,
): Promise<readonly DatabaseSession[]> {
  const { rows } = await session.query(listSql, [await options.findTables(session)]);
  const found = rows.map((row) => toSession(row, options.applicationName));
  const blockers = new Set(found.flatMap(({ blockedBy }) => blockedBy));
  const blocks = ({ pid }: DatabaseSession): number => (blockers.has(pid) ? 0 : 1);
  return found.toSorted((a, b) => blocks(a) - blocks(b));
}

function toSession(row: TextRow, applicationName: string): DatabaseSession {
  const [
    pid,
    startedAt,
    user,
    application,
    client,
    state,
    statement,
    transactionSince,
    locks,
    blockedBy,
    hidden,
  ] = row;
  const isHidden = hidden === 't';
  return {
    pid: Number(pid),
    startedAt: startedAt ?? '',
    user: user ?? null,
    application: application ?? '',
    client:
      client === '' || client === null || client === undefined
        ? isHidden
          ? 'hidden'
          : 'socket'
        : client,
    state: state ?? null,
    statement: isHidden ? null : (statement ?? null),
    transactionSince: transactionSince ?? null,
    locks: z.array(TableLock).parse(JSON.parse(locks ?? '[]')),
    blockedBy: DatabaseSession.shape.blockedBy.parse([
      ...new Set(JSON.parse(blockedBy ?? '[]') as number[]),
    ]),
    own: application === applicationName || (application ?? '').startsWith(`${applicationName} `),
  };
}

/** Looks and acts in one statement: the session cannot become another one in between. */
async function cancel(
  session: PostgresSession,
  request: {
    readonly address: SessionAddress;
    readonly what: 'statement' | 'session';
    readonly location: string;
  },
): Promise<boolean> {
  const { pid, startedAt } = request.address;
  const { rows } = await session.query(
    `SELECT a.backend_start IS NULL,
       CASE WHEN a.backend_start = nullif($2, '')::timestamptz THEN ${act[request.what]}(a.pid) END
     FROM pg_stat_activity a WHERE a.pid = $1::int4 AND a.datname = current_database()`,
    [pid, startedAt],
  );
  const [isHidden, isDone] = rows[0] ?? [];
  if (isHidden === 't') throw denied(pid, request.location);
  return isDone === 't';
}

/** The server hides when a session of a stronger role began, and would refuse to end it. */
function denied(pid: number, location: string): OperatorError {
  return new OperatorError('DATABASE_DENIED', {
    message: `Ending what session ${String(pid)} does on ${location} failed: it belongs to another role, and this role may not see or end it.`,
    hint: 'Grant pg_signal_backend and pg_read_all_stats to the role, or ask the administrator to end it.',
    details: { database: location, pid },
  });
}
