import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import { WebSocketServer } from 'ws';
import {
  plainResponse,
  type RendererResponse,
  rendererResponse,
} from '../static/renderer-response.ts';
import { bridgeSocket } from './bridge-socket.ts';
import { guardRequest, guardUpgrade, ownHost } from './request-guard.ts';
import type { Session } from './session.ts';

/** What the browser door serves and whom. */
export interface WebServerOptions {
  readonly session: Session;
  readonly port: number;
  readonly rendererFolder: URL;
  /** Opens a connection to the engine. */
  readonly connect: () => MessagePort;
}

/** A call is small: a scope, a page number, a typed confirmation. */
const MAX_FRAME_BYTES = 1024 * 1024;

const NOT_OPENED =
  'This console is opened with the URL that Unwind printed when it started (it ends in ?token=…).';

/** Puts the console on a server that listens already. Returns what ends its connections. */
export function serveConsole(server: Server, options: WebServerOptions): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void respond(request, options).then(
      (answer) => {
        send({ request, response, answer });
      },
      (error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      },
    );
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const text = refusedUpgrade(request, options);
    if (text !== undefined) {
      refuseUpgrade(socket, text);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      bridgeSocket(webSocket, options.connect());
    });
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
  };
}

/** A server on the loopback interface; `port` 0 lets the system choose. Rejects with the system's error. */
export async function listenOnLoopback(port: number): Promise<{ server: Server; port: number }> {
  const server = createServer();
  const listening = Promise.withResolvers<undefined>();
  server.once('error', listening.reject);
  server.listen({ host: '127.0.0.1', port }, () => {
    listening.resolve(undefined);
  });
  await listening.promise;
  server.removeListener('error', listening.reject);
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? port) : port };
}

async function respond(
  request: IncomingMessage,
  options: WebServerOptions,
): Promise<RendererResponse> {
  const refusal = guardRequest(request.headers, options.port);
  if (refusal !== undefined) return plainResponse(refusal.status, refusal.text);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plainResponse(405, 'Method not allowed');
  }
  const [rawPath = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const isKnown = options.session.hasCookie(request.headers.cookie);
  const token = rawPath === '/' ? new URLSearchParams(query).get('token') : null;
  if (token !== null) return exchange({ token, isKnown, session: options.session });
  if (!isKnown) return plainResponse(403, NOT_OPENED);
  return rendererResponse({
    folder: options.rendererFolder,
    rawPath,
    connect: [`ws://${ownHost(request.headers.host, options.port) ?? ''}`],
  });
}

/** The token leaves the address bar at once: the cookie stands for it from here on. */
function exchange(visit: {
  readonly token: string;
  readonly isKnown: boolean;
  readonly session: Session;
}): RendererResponse {
  const isRedeemed = visit.session.redeem(visit.token);
  if (!isRedeemed && !visit.isKnown) return plainResponse(403, NOT_OPENED);
  const answer = plainResponse(303, 'The console is at /');
  const cookie = isRedeemed ? { 'set-cookie': visit.session.setCookie } : {};
  return { ...answer, headers: { ...answer.headers, ...cookie, location: '/' } };
}

function send(reply: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly answer: RendererResponse;
}): void {
  const { request, response, answer } = reply;
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': String(answer.body.byteLength),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

function refusedUpgrade(request: IncomingMessage, options: WebServerOptions): string | undefined {
  const refusal = guardUpgrade(request.headers, options.port);
  if (refusal !== undefined) return refusal.text;
  if (request.url !== '/rpc') return 'There is one socket here: /rpc';
  return options.session.hasCookie(request.headers.cookie) ? undefined : NOT_OPENED;
}

function refuseUpgrade(socket: Duplex, text: string): void {
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${String(Buffer.byteLength(text))}\r\nConnection: close\r\n\r\n${text}`,
  );
}
