import type { Answer } from '../../core/ports/diagnosis.ts';
import type { PostgresSession } from './session.ts';

/** The oldest major that Unwind's statements are written for, and the majors that it is tested on. */
const OLDEST = 13;
const TESTED = { from: 15, to: 18 } as const;

const MOST_SKEW_MS = 5_000;

export async function lookAtVersion(session: PostgresSession): Promise<Answer> {
  const { rows } = await session.query(
    `SELECT current_setting('server_version'), current_setting('server_version_num')`,
  );
  const [version, number] = rows[0] ?? [];
  const major = Math.floor(Number(number) / 10_000);
  const finding = `PostgreSQL ${String(version)}.`;
  if (major < OLDEST) {
    return {
      state: 'failed',
      finding: `${finding} Unwind needs ${String(OLDEST)} or later.`,
      fix: 'Upgrade the server; versions before 13 get no security fixes either.',
    };
  }
  if (major >= TESTED.from && major <= TESTED.to) return ok(finding);
  return {
    state: 'warning',
    finding: `${finding} Unwind is tested on ${String(TESTED.from)} to ${String(TESTED.to)}.`,
    fix: 'Roll back on a copy first, and compare.',
  };
}

export async function lookAtEncryption(session: PostgresSession): Promise<Answer> {
  const { rows } = await session.query(
    `SELECT s.ssl::text, s.version, s.cipher, coalesce(host(inet_server_addr()), '')
     FROM pg_stat_ssl AS s WHERE s.pid = pg_backend_pid()`,
  );
  const [encrypted, version, cipher, address = ''] = rows[0] ?? [];
  if (encrypted === 'true') return ok(`${String(version)}, ${String(cipher)}.`);
  const text = address ?? '';
  if (text === '') return ok('Not encrypted, and it need not be: a Unix socket of this machine.');
  if (text.startsWith('127.') || text === '::1') {
    return ok('Not encrypted, and it need not be: it does not leave this machine.');
  }
  return {
    state: 'warning',
    finding: `Not encrypted: passwords and rows cross the network to ${text} as they are.`,
    fix: 'Set PGSSLMODE=verify-full and PGSSLROOTCERT.',
  };
}

export async function lookAtPrimary(session: PostgresSession): Promise<Answer> {
  const { rows } = await session.query('SELECT pg_is_in_recovery()::text');
  if (rows[0]?.[0] !== 'true') return ok('It is a primary.');
  return {
    state: 'failed',
    finding: 'The server is a standby (it is in recovery): it can be read, not written.',
    fix: 'Set POSTGRES_HOST to the primary.',
  };
}

/** The middle of the question stands for the moment of the answer. */
export async function lookAtClock(session: PostgresSession): Promise<Answer> {
  const sentMs = Date.now();
  const { rows } = await session.query(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text',
  );
  const skewMs = Number(rows[0]?.[0]) - (sentMs + Date.now()) / 2;
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
  if (Math.abs(skewMs) <= MOST_SKEW_MS) return ok(`They differ by ${seconds} s.`);
  const direction = skewMs > 0 ? 'ahead of' : 'behind';
  return {
    state: 'warning',
    finding: `The server's clock is ${seconds} s ${direction} this machine's: times that a run writes would not fit those of the application.`,
    fix: 'Set the clock of this machine, or of the server, by NTP.',
  };
}

/** A COMMIT that waits for a standby which is not there never returns; a slot that nobody reads keeps the log of the run on the disk. */
export async function lookAtReplication(session: PostgresSession): Promise<Answer> {
  const { rows } = await session.query(
    `SELECT current_setting('synchronous_standby_names'),
       (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))::text,
       (SELECT string_agg(slot_name::text, ', ' ORDER BY slot_name) FROM pg_replication_slots WHERE NOT active)`,
  );
  const [names, standbys, slots] = rows[0] ?? [];
  if ((names ?? '') !== '' && standbys === '0') {
    return {
      state: 'warning',
      finding: `synchronous_standby_names is ${String(names)}, and no such standby is seen (or this role may not see it): each COMMIT would wait for it.`,
      fix: 'Start the standby, or make sure that other writes to this server return.',
    };
  }
  if (slots !== null && slots !== undefined) {
    return {
      state: 'warning',
      finding: `Nobody reads the replication slots ${slots}: the server keeps the log of everything that a run writes for them.`,
      fix: 'Start their readers, or drop the slots that nobody needs any more.',
    };
  }
  return ok('No synchronous standby is missing, and no replication slot is idle.');
}

function ok(finding: string): Answer {
  return { state: 'ok', finding, fix: null };
}
