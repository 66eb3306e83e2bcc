import type { Answer } from '../../core/ports/diagnosis.ts';
import type { PostgresSchema } from './schema.ts';
import type { PostgresSession, TextRow } from './session.ts';

/** Modes that an UPDATE of other rows does not wait for. */
const harmless = ['AccessShareLock', 'RowShareLock', 'RowExclusiveLock'];

/** A transaction that changed rows and then does nothing may hold those that a run wants. */
const IDLE_SECONDS = 5;

const lockedTables = `
  WITH RECURSIVE tables AS (
    SELECT unnest($1::oid[]) AS oid
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN tables t ON i.inhparent = t.oid
  )
  SELECT l.pid, l.virtualtransaction, l.mode, l.granted, l.relation::regclass::text AS name
  FROM pg_locks l JOIN tables t ON t.oid = l.relation
  WHERE l.locktype = 'relation' AND l.pid IS DISTINCT FROM pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Sessions that hold, or wait for, a lock on the tables which an UPDATE waits for, and transactions that changed rows and lie idle. */
export async function lookAtLocks(
  session: PostgresSession,
  schema: PostgresSchema,
): Promise<Answer> {
  const { rows } = await session.query(
    `SELECT DISTINCT a.pid::text, coalesce(a.usename::text, '?'), coalesce(a.application_name, ''), l.mode, l.name,
       CASE WHEN a.state LIKE 'idle in transaction%' THEN 'idle in transaction' ELSE 'active' END,
       floor(extract(epoch FROM now() - a.xact_start))::bigint::text
     FROM (${lockedTables}) AS l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.mode <> ALL($2::text[])
       OR (l.mode = 'RowExclusiveLock' AND a.state LIKE 'idle in transaction%'
           AND now() - a.state_change > interval '${String(IDLE_SECONDS)} seconds')
     ORDER BY 1 LIMIT 5`,
    [oids(schema), harmless],
  );
  const [first] = rows;
  if (first === undefined) return ok('Nobody does.');
  return {
    state: 'warning',
    finding: `${rows.map(inWords).join('; ')}. A run waits for the lock, then gives up.`,
    fix: '"unwind locks" shows the sessions and cancels one.',
    statement: `SELECT pg_terminate_backend(${String(first[0])});`,
  };
}

function inWords([pid, user, application, mode, table, state, seconds]: TextRow): string {
  const who = `process ${String(pid)} (${String(user)}${application === '' ? '' : `, ${String(application)}`})`;
  const since =
    seconds === null || seconds === undefined ? '' : `, in a transaction for ${seconds} s`;
  return `${who} has or wants ${String(mode)} on ${String(table)} and is ${String(state)}${since}`;
}

/** A prepared transaction keeps its locks without a session, until somebody commits it or rolls it back. */
export async function lookAtPrepared(
  session: PostgresSession,
  schema: PostgresSchema,
): Promise<Answer> {
  const { rows } = await session.query(
    `SELECT DISTINCT p.gid, p.owner::text, p.prepared::text, l.name
     FROM (${lockedTables}) AS l
     JOIN pg_locks x ON x.locktype = 'transactionid' AND x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction
     JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
     WHERE l.pid IS NULL ORDER BY 1 LIMIT 5`,
    [oids(schema)],
  );
  const [first] = rows;
  if (first === undefined) return ok('None does.');
  return {
    state: 'warning',
    finding: rows
      .map(
        ([gid, owner, since, table]) =>
          `${String(gid)} of ${String(owner)}, prepared ${String(since)}, holds ${String(table)}`,
      )
      .join('; '),
    fix: 'Ask its owner, then commit it or roll it back.',
    statement: `ROLLBACK PREPARED '${(first[0] ?? '').replaceAll("'", "''")}';`,
  };
}

function oids({ batches, records, files }: PostgresSchema): readonly string[] {
  return [batches, records, files].map(({ relation }) => relation.oid);
}

function ok(finding: string): Answer {
  return { state: 'ok', finding, fix: null };
}
