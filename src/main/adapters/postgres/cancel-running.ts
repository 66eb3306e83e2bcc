import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { PostgresConnection } from './connection.ts';
import { backendKeyOf } from './session-settings.ts';

const giveUpAfterMs = 3_000;

/** What pg's connection can do and its types leave out. */
interface RawConnection extends EventEmitter {
  readonly stream: Duplex;
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}

/**
 * Asks the server to cancel what `client` does now, on a connection of its own (the protocol has no other way), with the same TLS.
 *
 * Comes back when the server has taken the request or cannot be reached; whether the statement was still running nobody can say. Never
 * throws: the caller drops its connection either way.
 */
export async function cancelRunning(
  client: pg.ClientBase,
  { tls, host, port }: PostgresConnection,
): Promise<void> {
  const key = backendKeyOf(client);
  if (key === undefined) return;
  const ssl = tls === 'none' ? false : tls;
  const request = new pg.Connection({ ssl }) as pg.Connection & RawConnection;
  await new Promise<void>((resolve) => {
    const giveUp = setTimeout(finish, giveUpAfterMs);
    function finish(): void {
      clearTimeout(giveUp);
      request.stream.destroy();
      resolve();
    }
    function send(): void {
      if (key !== undefined) request.cancel(key.processId, key.secretKey);
    }
    request.on('connect', () => {
      if (tls === 'none') send();
      else request.requestSsl();
    });
    request.on('sslconnect', send);
    request.on('error', finish);
    // The server answers nothing: it closes the connection once it has passed the request on.
    request.on('end', finish);
    if (host.startsWith('/')) request.connect(`${host}/.s.PGSQL.${String(port)}`);
    else request.connect(port, host);
  });
}
