import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request in place of the server's files; `undefined` leaves it to them. */
export type Answerer = (
  request: IncomingMessage,
  response: ServerResponse,
) => 'answered' | undefined;

/** A web server on 127.0.0.1 with files below `/files/`. */
export interface FileServer {
  readonly origin: string;
  /** Base of the files. */
  readonly base: string;
  /** Method and path of each request since `use`. */
  readonly seen: readonly string[];
  /** Connections that clients have made so far. */
  readonly connectionCount: number;
  write(path: string, content: string): void;
  /** Puts `answerer` before the files and forgets what was seen. */
  use(answerer: Answerer): void;
  stop(): Promise<void>;
}

/** Starts a file server without files. */
export async function startFileServer(): Promise<FileServer> {
  const files = new Map<string, string>();
  let seen: string[] = [];
  let answerer: Answerer = () => undefined;
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (answerer(request, response) === 'answered') return;
    const content = files.get(decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname));
    if (content === undefined) {
      response.writeHead(404, { 'content-length': 0 }).end();
      return;
    }
    response.writeHead(200, { 'content-length': Buffer.byteLength(content) });
    response.end(request.method === 'HEAD' ? undefined : content);
  });
  let connectionCount = 0;
  server.on('connection', () => {
    connectionCount += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    origin,
    base: `${origin}/files`,
    get seen() {
      return seen;
    },
    get connectionCount() {
      return connectionCount;
    },
    write: (path, content) => void files.set(`/files/${path}`, content),
    use(next) {
      answerer = next;
      seen = [];
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
