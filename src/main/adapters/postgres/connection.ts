import type { ConnectionOptions } from 'node:tls';

/** How to reach one database. Holds secrets: never show, log or store it. */
export interface PostgresConnection {
  /** Host name, address, or the folder of a Unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** `null`: the server is expected to ask for none (certificate, peer, trust). */
  readonly password: string | null;
  /** What `tls.ts` built; `'none'` sends everything as it is. */
  readonly tls: ConnectionOptions | 'none';
  /** `application_name`, at most 63 bytes: how these sessions show in `pg_stat_activity`. */
  readonly applicationName: string;
  /** `search_path`, comma-separated schema names as SQL; `null`: as the server has it for this role and database. */
  readonly searchPath: string | null;
  /** What `PGOPTIONS` gives: command-line options of the server, e.g. `-c geqo=off`. */
  readonly serverOptions: string | null;
  readonly limits: SessionLimits;
}

/** How long things may take. Whole milliseconds; 0 switches a limit off. */
export interface SessionLimits {
  /** From the first packet to a session that is ready. */
  readonly connectTimeoutMs: number;
  /** One statement of a reading session. */
  readonly readStatementTimeoutMs: number;
  /** One statement of a writing session. */
  readonly writeStatementTimeoutMs: number;
  /** Waiting for a lock that somebody else holds. */
  readonly lockTimeoutMs: number;
  /** An open transaction of ours in which nothing happens. */
  readonly idleInTransactionTimeoutMs: number;
}

/**
 * A connection takes at most 10 s. Reads are not cut off: a scan of a large table takes what it takes, and the operator can stop it.
 * A write that waits 5 s for a lock gives up and says who holds it. A transaction of ours that is idle for a minute belongs to a process
 * that hangs: the server ends it, so that its locks go.
 */
export const defaultLimits: SessionLimits = {
  connectTimeoutMs: 10_000,
  readStatementTimeoutMs: 0,
  writeStatementTimeoutMs: 600_000,
  lockTimeoutMs: 5_000,
  idleInTransactionTimeoutMs: 60_000,
};

/** `host:port/database`, for people; a socket shows its folder. */
export function locationOf(
  connection: Pick<PostgresConnection, 'host' | 'port' | 'database'>,
): string {
  const host = connection.host.includes(':') ? `[${connection.host}]` : connection.host;
  return `${host}:${String(connection.port)}/${connection.database}`;
}
