import type { IncomingMessage } from 'node:http';
import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import { letGo, type SendRequest } from './kept-connections.ts';

/** An answer while its body can be read. */
export interface HttpAnswer {
  readonly status: number;
  /** Where it came from, after redirects. */
  readonly location: string;
  /** The announced size of the content; `undefined` where there is none, or it is that of an encoded form. */
  readonly lengthBytes: number | undefined;
  /** How long the server asks to wait (`Retry-After`, seconds or a date); `undefined` where it does not say. */
  readonly retryAfterMs: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Why no answer, or not a whole one, was had. The message is for people and holds no secret. */
export class HttpReadFailure extends Error {
  override readonly name = 'HttpReadFailure';
  /** `passing`: the server was busy or the connection broke, and the next attempt may succeed. */
  readonly nature: 'passing' | 'lasting';
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: {
      readonly nature: 'passing' | 'lasting';
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.nature = options.nature;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A connection that broke or was refused: what a server that restarts, or a proxy before it, does for a moment. */
const PASSING: readonly string[] = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
];

const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** What undoes a content encoding that a server uses although none was asked for. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createUnzip,
  'x-gzip': createUnzip,
  deflate: createUnzip,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * Sends one request and gives its answer to `read`. Follows redirects within the origin only, and gives up when the
 * server is silent for too long, before or in the body.
 * @throws HttpReadFailure
 */
export async function readWithin<T>(
  url: URL,
  request: {
    readonly method: 'HEAD' | 'GET';
    readonly idleTimeoutMs: number;
    readonly send: SendRequest;
  },
  read: (answer: HttpAnswer) => Promise<T>,
): Promise<T> {
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort();
  }, request.idleTimeoutMs);
  try {
    const { message, location } = await follow(url, { ...request, signal: idle.signal });
    try {
      return await read(toAnswer(message, { location, timer }));
    } finally {
      await letGo(message);
    }
  } catch (error) {
    if (error instanceof HttpReadFailure) throw error;
    // Silence has cost the whole timeout; it is not tried again, or a server that hangs would cost it several times per file.
    const code = codeOf(error);
    const why = idle.signal.aborted
      ? `was silent for ${String(request.idleTimeoutMs)} ms`
      : `could not be read (${code})`;
    const nature = !idle.signal.aborted && PASSING.includes(code) ? 'passing' : 'lasting';
    throw new HttpReadFailure(`${url.href} ${why}`, { nature, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function follow(
  start: URL,
  request: {
    readonly method: 'HEAD' | 'GET';
    readonly signal: AbortSignal;
    readonly send: SendRequest;
  },
): Promise<{ readonly message: IncomingMessage; readonly location: string }> {
  const { method, signal } = request;
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const message = await request.send(url, { method, signal });
    const target = message.headers.location;
    if (!REDIRECTS.includes(message.statusCode ?? 0) || target === undefined) {
      return { message, location: url.href };
    }
    await letGo(message);
    const next = URL.canParse(target, url) ? new URL(target, url) : undefined;
    if (next?.origin !== start.origin) {
      throw new HttpReadFailure(`${start.href} redirects to another origin`, {
        nature: 'lasting',
      });
    }
    url = next;
  }
  throw new HttpReadFailure(`${start.href} redirects more than ${String(MAX_REDIRECTS)} times`, {
    nature: 'lasting',
  });
}

function toAnswer(
  message: IncomingMessage,
  { location, timer }: { readonly location: string; readonly timer: NodeJS.Timeout },
): HttpAnswer {
  const length = message.headers['content-length'];
  const encoding = message.headers['content-encoding'] ?? 'identity';
  return {
    status: message.statusCode ?? 0,
    location,
    lengthBytes: length === undefined || encoding !== 'identity' ? undefined : Number(length),
    retryAfterMs: parseRetryAfter(message.headers['retry-after']),
    body: chunksOf(message, { decoder: DECODERS[encoding]?.(), timer }),
  };
}

/** Whole seconds, or a date; what is neither says nothing. */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now());
}

async function* chunksOf(
  message: IncomingMessage,
  { decoder, timer }: { readonly decoder: Transform | undefined; readonly timer: NodeJS.Timeout },
): AsyncGenerator<Uint8Array> {
  // What fails in the message is told by what is read; the callback has nothing to add.
  const body = decoder === undefined ? message : pipeline(message, decoder, () => undefined);
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    timer.refresh();
    yield chunk;
  }
}

/** The system's code of a failed request, its own or that of its cause. */
function codeOf(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
