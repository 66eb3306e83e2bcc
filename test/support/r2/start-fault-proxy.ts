import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request as it passed the proxy. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Position among all requests, from 1. */
  readonly number: number;
  readonly body: string;
  /** Whether it asks for a change: PUT, POST or DELETE. */
  readonly mutating: boolean;
}

/**
 * What the proxy does with a request.
 *
 * - `pass`: forwards it
 * - `answer`: answers itself; the server never sees it
 * - `cut`: closes the connection without an answer
 * - `lose-answer`: forwards it, lets it take effect, then closes the connection without an answer
 * - `truncate`: forwards it and closes the connection after `bytes` of the body
 * - `stall`: forwards it and sends `bytes` of the body, then nothing more
 * - `hang`: never answers
 */
export type Fault =
  | { readonly kind: 'pass' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | { readonly kind: 'cut' }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'stall'; readonly bytes: number }
  | { readonly kind: 'hang' };

/** Decides about each request; `undefined` passes it. */
export type FaultRule = (seen: SeenRequest) => Fault | undefined | Promise<Fault | undefined>;

/** A proxy on 127.0.0.1 in front of an S3 endpoint. */
export interface FaultProxy {
  /** The endpoint of the server behind it, with the proxy's own port. */
  readonly endpoint: string;
  readonly seen: readonly SeenRequest[];
  /** Replaces the rule and forgets what was seen. */
  use(rule: FaultRule): void;
  stop(): Promise<void>;
}

/** Starts a proxy that passes everything until it is given a rule. */
export async function startFaultProxy(upstreamEndpoint: string): Promise<FaultProxy> {
  const upstream = new URL(upstreamEndpoint);
  let seen: SeenRequest[] = [];
  let rule: FaultRule = () => undefined;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await collect(incoming);
    const one = toSeen(incoming, { body: body.toString(), number: seen.length + 1 });
    seen.push(one);
    const fault = (await rule(one)) ?? { kind: 'pass' };
    apply(fault, { incoming, outgoing, body, upstream });
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: new URL(upstream.pathname, `http://127.0.0.1:${String(port)}`).href,
    get seen() {
      return seen;
    },
    use(next) {
      rule = next;
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

/** A bucket that turns read-only: the first `allowed` changing requests pass, later ones get 403. */
export function readOnlyAfter(allowed: number): FaultRule {
  let changes = 0;
  return ({ mutating }) => {
    if (mutating) changes += 1;
    return mutating && changes > allowed ? s3Error(403, 'AccessDenied') : undefined;
  };
}

/** Credentials that are revoked midway: the first `allowed` matching requests pass, then everything gets 401. */
export function revokedAfter(
  allowed: number,
  matches: (seen: SeenRequest) => boolean = () => true,
): FaultRule {
  let passed = 0;
  let revoked = false;
  return (seen) => {
    if (!revoked && matches(seen)) passed += 1;
    revoked ||= passed > allowed;
    return revoked ? s3Error(401, 'Unauthorized') : undefined;
  };
}

/** A server that takes at most `most` requests at a time and asks to slow down where more come. Each takes `takesMs`. */
export function limitedTo(most: number, takesMs: number): FaultRule {
  let underWay = 0;
  return async () => {
    if (underWay >= most) return s3Error(429, 'TooManyRequests');
    underWay += 1;
    try {
      await sleep(takesMs);
      return undefined;
    } finally {
      underWay -= 1;
    }
  };
}

/** Delays every request by `delayMs`. */
export function delayed(delayMs: number): FaultRule {
  return async () => {
    await sleep(delayMs);
    return undefined;
  };
}

/** An S3 error document with `code`. */
export function s3Error(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>made by a test</Message></Error>`,
  };
}

/** Applies `fault` to the first `count` requests that match. */
export function firstTimes(
  count: number,
  fault: Fault,
  matches: (seen: SeenRequest) => boolean = () => true,
): FaultRule {
  let left = count;
  return (seen) => {
    if (left === 0 || !matches(seen)) return undefined;
    left -= 1;
    return fault;
  };
}

function toSeen(
  incoming: IncomingMessage,
  rest: { readonly body: string; readonly number: number },
): SeenRequest {
  const method = incoming.method ?? '';
  return {
    method,
    path: incoming.url ?? '',
    headers: incoming.headers,
    ...rest,
    mutating: ['PUT', 'POST', 'DELETE'].includes(method),
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer;
  readonly upstream: URL;
}

function apply(fault: Fault, exchange: Exchange): void {
  const { incoming, outgoing } = exchange;
  switch (fault.kind) {
    case 'hang':
      return;
    case 'cut':
      incoming.socket.destroy();
      return;
    case 'answer':
      outgoing.writeHead(fault.status, fault.headers);
      outgoing.end(incoming.method === 'HEAD' ? undefined : fault.body);
      return;
    case 'pass':
    case 'lose-answer':
    case 'truncate':
    case 'stall':
      forward(fault, exchange);
  }
}

function forward(
  fault: Extract<Fault, { kind: 'pass' | 'lose-answer' | 'truncate' | 'stall' }>,
  { incoming, outgoing, body, upstream }: Exchange,
): void {
  const onward = request(
    {
      host: upstream.hostname,
      port: upstream.port,
      method: incoming.method,
      path: incoming.url,
      // The Host header stays the client's: it is part of what the client signed.
      headers: incoming.headers,
    },
    (answer) => {
      if (fault.kind === 'pass') {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      void collect(answer).then((content) => {
        if (fault.kind === 'lose-answer') return incoming.socket.destroy();
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.write(content.subarray(0, fault.bytes), () => {
          if (fault.kind === 'truncate') incoming.socket.destroy();
        });
      });
    },
  );
  onward.on('error', () => incoming.socket.destroy());
  onward.end(body);
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
