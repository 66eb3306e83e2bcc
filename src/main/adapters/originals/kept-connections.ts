import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { finished } from 'node:stream/promises';

/** One request without a body. */
export interface PlainRequest {
  readonly method: 'HEAD' | 'GET';
  readonly signal: AbortSignal;
}

/** Sends requests on connections that are kept and used again: as many as there are requests at one time, and no more. */
export type SendRequest = (url: URL, request: PlainRequest) => Promise<IncomingMessage>;

/** More of a body that nobody wants than this costs more than a new connection. */
const DRAINED_BYTES = 65_536;

/** Node's fetch would close a connection after each HEAD, so that a million files were as many handshakes. */
export function keptConnections(): SendRequest {
  const agents = {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  };
  return (url, request) =>
    new Promise((resolve, reject) => {
      // The size and the hash of the file are wanted, not those of a compressed form.
      const options = { ...request, headers: { 'accept-encoding': 'identity' } };
      const sent =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...options, agent: agents.https })
          : httpRequest(url, { ...options, agent: agents.http });
      sent.once('response', resolve);
      // Stays: an abort after the answer is told once more, to nobody.
      sent.on('error', reject);
      sent.end();
    });
}

/**
 * Ends an answer of which nobody reads the rest. Its connection can be used again on return, where that is cheap to have: a request that is
 * sent before would open one of its own.
 */
export async function letGo(answer: IncomingMessage): Promise<void> {
  if (answer.readableEnded || answer.destroyed) return;
  let restBytes = 0;
  answer.on('data', (bytes: Buffer) => {
    restBytes += bytes.length;
    if (restBytes > DRAINED_BYTES) answer.destroy();
  });
  // What breaks now breaks for nobody.
  await finished(answer).catch(() => undefined);
}
