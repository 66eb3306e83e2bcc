import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import { cancelRunning } from './cancel-running.ts';
import { locationOf, type PostgresConnection } from './connection.ts';
import { fromConnecting } from './errors.ts';
import type { PostgresSession, PostgresSessions } from './session.ts';
import { type CheckedOut, sessionOn } from './session-on-client.ts';
import { clientConfig, prepareSession } from './session-settings.ts';

/** A run needs a writer, a reader and a look at locks; the rest is for what the console asks meanwhile. */
const mostSessions = 6;
const idleTimeoutMs = 30_000;

/** What stands between a caller and the database. */
export interface SessionGuards {
  /** Called at the beginning of each writing transaction; what it throws ends the transaction. */
  readonly guardWrite?: (session: Pick<PostgresSession, 'query'>) => Promise<void>;
  readonly crashAt?: CrashAt;
}

/**
 * A client that leaves nothing behind. pg keeps the socket open when it gives up by itself while connecting (no password, an answer that
 * it cannot check): this process would not end before the server hangs up, a minute later.
 */
class LeavingClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as { readonly connection: WireConnection };
    connection.once('error', () => connection.stream.destroy());
  }
}

/** What pg's types leave out. */
interface WireConnection extends EventEmitter {
  readonly stream: Socket;
}

/**
 * The connections to one database: a small pool. A connection that broke, or whose state is in doubt, is never given to the next caller;
 * every setting that matters is set again each time one is handed out.
 */
export function openPostgresSessions(
  connection: PostgresConnection,
  { guardWrite, crashAt = NO_CRASH }: SessionGuards = {},
): PostgresSessions {
  const location = locationOf(connection);
  const config = clientConfig(connection);
  const pool = new pg.Pool({
    ...config,
    Client: LeavingClient,
    max: mostSessions,
    idleTimeoutMillis: idleTimeoutMs,
    allowExitOnIdle: true,
  });
  // An idle connection that the server ends leaves the pool by itself; without a listener it would end the process.
  pool.on('error', () => undefined);
  const open = new Set<PostgresSession>();
  let ended: Promise<void> | undefined;

  async function openSession(access: 'read' | 'write'): Promise<PostgresSession> {
    const doing = 'Connecting to';
    const tls = connection.tls === 'none' ? 'plain' : 'tls';
    try {
      const client = await pool.connect();
      await prepareOrDrop(client, access);
      const session = sessionOn(checkedOut(client));
      open.add(session);
      return session;
    } catch (error) {
      throw fromConnecting(error, { doing, location, tls });
    }
  }

  async function prepareOrDrop(client: pg.PoolClient, access: 'read' | 'write'): Promise<void> {
    const ignore = (): void => undefined;
    client.on('error', ignore);
    try {
      await prepareSession(client, connection, access);
    } catch (error) {
      client.release(true);
      throw error;
    } finally {
      client.off('error', ignore);
    }
  }

  function checkedOut(client: pg.PoolClient): CheckedOut {
    return {
      client,
      location,
      guardWrite,
      crashAt,
      cancel: () => cancelRunning(client, connection),
      giveBack: (session, condition) => {
        open.delete(session);
        client.release(condition === 'doubtful');
      },
    };
  }

  async function close(): Promise<void> {
    await Promise.all([...open].map((session) => session.close()));
    await pool.end();
  }

  return {
    location,
    open: (access) =>
      ended === undefined ? openSession(access) : Promise.reject(closedAlready(location)),
    close: () => (ended ??= close()),
  };
}

function closedAlready(location: string): OperatorError {
  return new OperatorError('INTERNAL', {
    message: `The connections to ${location} were closed before another session was opened.`,
    hint: 'Report this as a bug, with logs/bugs.log of the workspace.',
  });
}
