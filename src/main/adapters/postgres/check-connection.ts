import type { Check } from '../../../shared/domain/check.ts';
import { check } from '../../core/ports/diagnosis.ts';
import type { PostgresSession, PostgresSessions } from './session.ts';
import type { TlsMode } from './tls.ts';

const tlsQuestion = { name: 'database.tls', title: 'The connection is encrypted and the server identified' };
const leaseQuestion = { name: 'database.lease', title: 'A run can hold the database, and others see who does' };
/** A holder's name takes about 250 characters of a statement. */
const enoughCharacters = 512;

/** Looks at what the connection promises: who answers, and whether a lease can be held and seen. Changes nothing. */
export async function checkConnection(
  sessions: PostgresSessions,
  tlsMode: TlsMode,
): Promise<readonly Check[]> {
  return [
    await check(tlsQuestion, () => onSession(sessions, (session) => lookAtTls(session, tlsMode))),
    await check(leaseQuestion, () => onSession(sessions, lookAtLease)),
  ];
}

type Answer = Pick<Check, 'state' | 'finding' | 'fix'>;

async function lookAtTls(session: PostgresSession, mode: TlsMode): Promise<Answer> {
  if (mode === 'none') {
    return { state: 'ok', finding: 'Not encrypted: the server is reached without leaving this machine.', fix: null };
  }
  const { rows } = await session.query('SELECT version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  const spoken = `${rows[0]?.[0] ?? 'TLS'}, ${rows[0]?.[1] ?? 'cipher not shown'}`;
  if (mode === 'encrypted') {
    return {
      state: 'warning',
      finding: `Encrypted (${spoken}), but nobody checks who answers: whoever is in between can read and change everything.`,
      fix: 'Set POSTGRES_SSLMODE=verify-full, with POSTGRES_SSLROOTCERT where the authority is your own.',
    };
  }
  const by = mode === 'verify-full' ? 'its authority and its host name' : 'its authority, not by its host name';
  return { state: 'ok', finding: `Encrypted (${spoken}); the server is identified by ${by}.`, fix: null };
}

async function lookAtLease(session: PostgresSession): Promise<Answer> {
  const { rows } = await session.query(
    `SELECT pg_is_in_recovery(), current_setting('track_activities'),
       (SELECT setting FROM pg_settings WHERE name = 'track_activity_query_size')`,
  );
  const [isStandby, tracks, size] = rows[0] ?? [];
  if (isStandby === 't') {
    return {
      state: 'failed',
      finding: 'The server is a standby: it takes no writes, and a lease on it would bind nobody.',
      fix: 'Set POSTGRES_HOST to the primary.',
    };
  }
  if (tracks !== 'on' || Number(size) < enoughCharacters) {
    return {
      state: 'warning',
      finding: `A lease can be held, but others see only the id of its run (track_activities ${tracks ?? '?'}, track_activity_query_size ${size ?? '?'}).`,
      fix: 'Set track_activities = on and track_activity_query_size to at least 1024 on the server.',
    };
  }
  return { state: 'ok', finding: 'The server is a primary and shows what its sessions do.', fix: null };
}

async function onSession(
  sessions: PostgresSessions,
  look: (session: PostgresSession) => Promise<Answer>,
): Promise<Answer> {
  const session = await sessions.open('read');
  try {
    return await look(session);
  } finally {
    await session.close();
  }
}
