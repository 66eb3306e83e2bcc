import { Socket } from 'node:net';
import type pg from 'pg';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { locationOf, type PostgresConnection } from './connection.ts';

const keepAliveDelayMs = 10_000;
/** `S`: the only answer to a request for TLS that goes on with it. */
const acceptsTls = 0x53;

/** Everything is read and written as the text that PostgreSQL prints. */
export const asText = {
  getTypeParser: () => (cell: unknown) => cell,
} as unknown as pg.CustomTypesConfig;

/**
 * What pg connects with. Each field that pg would otherwise take from a PG* variable of this process is given: which of them count, and
 * for which target, is decided by the configuration alone.
 */
export function clientConfig(connection: PostgresConnection): pg.ClientConfig {
  return {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    // As a function: an absent password would make pg look into the environment and the password file itself.
    password: () => connection.password ?? passwordMissing(connection),
    ssl: connection.tls === 'none' ? false : connection.tls,
    ...(connection.tls === 'none' ? {} : { stream: () => socketThatWantsTls(connection) }),
    sslnegotiation: 'postgres',
    application_name: connection.applicationName,
    // A blank is "none" to the server; an empty text would make pg look at PGOPTIONS.
    options: connection.serverOptions ?? ' ',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: connection.limits.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
  };
}

/** What the server gave a connection when it began: which of its processes serves it, and what it takes to cancel it. */
export function backendKeyOf(
  client: pg.ClientBase,
): { readonly processId: number; readonly secretKey: number } | undefined {
  const { processID, secretKey } = client as {
    processID?: number | null;
    secretKey?: number | null;
  };
  return typeof processID === 'number' && typeof secretKey === 'number'
    ? { processId: processID, secretKey }
    : undefined;
}

/**
 * Sets everything that a session relies on, in one round trip, whatever the server, the database or the role has as default. Set each
 * time that a connection is handed out: the caller before may have left something.
 *
 * A pooler in between says another process id than the server: then nothing is set (it would stay behind on a connection that others
 * use), and the session is refused.
 * @throws CONFIG_INVALID a pooler is in between.
 */
export async function prepareSession(
  client: pg.ClientBase,
  connection: PostgresConnection,
  access: 'read' | 'write',
): Promise<void> {
  const settings = Object.entries(sessionSettings(connection, access));
  const calls = settings.map((_, index) => setting(2 * index + 1)).join(', ');
  const { rowCount } = await client.query({
    // Weaker levels acknowledge a commit that a crash may still lose; stronger ones are left as they are.
    // A connection of ours may be idle in the pool for as long as it likes; older servers do not know the setting.
    text: `SELECT ${calls}, set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit')
        IN ('off', 'local', 'remote_write') THEN 'on' ELSE current_setting('synchronous_commit') END, false),
      CASE WHEN current_setting('idle_session_timeout', true) IS NOT NULL
        THEN set_config('idle_session_timeout', '0', false) END
      WHERE pg_backend_pid() = $${String(2 * settings.length + 1)}::int4`,
    values: [...settings.flat(), backendKeyOf(client)?.processId ?? 0],
  });
  if (rowCount !== 1) throw poolerBetween(connection);
}

/** pg tells a refusal of TLS by its text only; this socket says it first, as our error. */
function socketThatWantsTls(connection: PostgresConnection): Socket {
  const socket = new Socket();
  socket.once('data', (answer) => {
    if (answer[0] !== acceptsTls) socket.emit('error', tlsRefused(connection));
  });
  return socket;
}

function tlsRefused(connection: PostgresConnection): OperatorError {
  const location = locationOf(connection);
  return new OperatorError('DATABASE_TLS_FAILED', {
    message: `Connecting to ${location} failed: the server does not speak TLS. No password was sent.`,
    hint: 'Turn TLS on at the server (ssl = on), or reach it over a socket or an SSH tunnel on a loopback address.',
    details: { database: location },
  });
}

function setting(position: number): string {
  return `set_config($${String(position)}, $${String(position + 1)}, false)`;
}

function sessionSettings(
  { limits, searchPath }: PostgresConnection,
  access: 'read' | 'write',
): Readonly<Record<string, string>> {
  const statementMs =
    access === 'read' ? limits.readStatementTimeoutMs : limits.writeStatementTimeoutMs;
  return {
    TimeZone: 'UTC',
    DateStyle: 'ISO, YMD',
    IntervalStyle: 'postgres',
    extra_float_digits: '1',
    bytea_output: 'hex',
    standard_conforming_strings: 'on',
    statement_timeout: `${String(statementMs)}ms`,
    lock_timeout: `${String(limits.lockTimeoutMs)}ms`,
    idle_in_transaction_session_timeout: `${String(limits.idleInTransactionTimeoutMs)}ms`,
    default_transaction_read_only: access === 'read' ? 'on' : 'off',
    default_transaction_deferrable: 'off',
    // The server finds out within half a minute that this machine is gone, and gives back what the session held: the lease too.
    tcp_keepalives_idle: '10',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '4',
    ...(searchPath === null ? {} : { search_path: searchPath }),
  };
}

function passwordMissing(connection: PostgresConnection): never {
  const location = locationOf(connection);
  throw new OperatorError('DATABASE_CREDENTIALS_REJECTED', {
    message: `Connecting to ${location} as ${connection.user} failed: the server asks for a password, and none is set.`,
    hint: 'Set POSTGRES_PASSWORD in the environment, or put the password into the password file (~/.pgpass, mode 0600).',
    details: { database: location, user: connection.user },
  });
}

function poolerBetween(connection: PostgresConnection): OperatorError {
  const location = locationOf(connection);
  return new OperatorError('CONFIG_INVALID', {
    message: `${location} is a connection pooler, not the server: a lease, a read-only session and its settings belong to one connection of the server, which a pooler hands around.`,
    hint: 'Set POSTGRES_HOST and POSTGRES_PORT to the server itself (with PgBouncer usually port 5432 instead of 6432).',
    details: { database: location },
  });
}
