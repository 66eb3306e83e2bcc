import type { Check } from '../../../shared/domain/check.ts';
import { toOperatorError } from '../../../shared/domain/operator-error.ts';
import { type Answer, check } from '../../core/ports/diagnosis.ts';
import type { PostgresSession, PostgresSessions } from './session.ts';
import type { TlsMode } from './tls.ts';

/** A holder's name takes about 250 characters of a statement. */
const enoughCharacters = 512;

const identity = { name: 'database.server-identity', title: 'The server proves who it is' };
const lease = { name: 'database.lease', title: 'Others see which run holds the database' };

/** Looks at what only the connection knows: whether the server proved who it is, and whether others will see who holds a lease. */
export async function checkConnection(
  sessions: PostgresSessions,
  tlsMode: TlsMode,
): Promise<readonly Check[]> {
  let session: PostgresSession;
  try {
    session = await sessions.open('read');
  } catch (error) {
    const finding = `Not looked at: there is no connection (${toOperatorError(error).code}).`;
    const skipped = { state: 'skipped', finding, fix: null } as const;
    return [
      { ...identity, ...skipped },
      { ...lease, ...skipped },
    ];
  }
  try {
    return [
      { ...identity, ...identification(tlsMode) },
      await check(lease, () => visibility(session)),
    ];
  } finally {
    await session.close();
  }
}

function identification(mode: TlsMode): Answer {
  const ok = (finding: string): Answer => ({ state: 'ok', finding, fix: null });
  switch (mode) {
    case 'none':
      return ok('It need not: it is reached without leaving this machine.');
    case 'verify-full':
      return ok('By a certificate with its host name, from an authority that is trusted.');
    case 'verify-ca':
      return ok(
        'By a certificate from an authority that is trusted; its host name is not compared.',
      );
    case 'encrypted':
      return {
        state: 'warning',
        finding: 'Nobody checks who answers: whoever is in between can read and change everything.',
        fix: 'Set POSTGRES_SSLMODE=verify-full, with POSTGRES_SSLROOTCERT where the authority is your own.',
      };
  }
}

async function visibility(session: PostgresSession): Promise<Answer> {
  const { rows } = await session.query(
    `SELECT current_setting('track_activities'),
       (SELECT setting FROM pg_settings WHERE name = 'track_activity_query_size')`,
  );
  const [tracks, size] = rows[0] ?? [];
  if (tracks === 'on' && Number(size) >= enoughCharacters) {
    return { state: 'ok', finding: 'The server shows what its sessions do.', fix: null };
  }
  return {
    state: 'warning',
    finding: `A run can hold the database, but others see only its id, not whose it is (track_activities ${tracks ?? '?'}, track_activity_query_size ${size ?? '?'}).`,
    fix: 'Set track_activities = on and track_activity_query_size to at least 1024 on the server.',
  };
}
