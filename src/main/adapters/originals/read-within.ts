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
  'UND_ERR_SOCKET',
];

const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Sends one request and gives its answer to `read`. Follows redirects within the origin only, and gives up when the
 * server is silent for too long, before or in the body.
 * @throws HttpReadFailure
 */
export async function readWithin<T>(
  url: URL,
  request: { readonly method: 'HEAD' | 'GET'; readonly idleTimeoutMs: number },
  read: (answer: HttpAnswer) => Promise<T>,
): Promise<T> {
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort();
  }, request.idleTimeoutMs);
  try {
    const response = await follow(url, { method: request.method, signal: idle.signal });
    try {
      return await read(toAnswer(response, timer));
    } finally {
      // A body that nobody read would keep its socket.
      if (response.body !== null && !response.bodyUsed) await response.body.cancel();
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
  request: { readonly method: 'HEAD' | 'GET'; readonly signal: AbortSignal },
): Promise<Response> {
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await fetch(url, {
      ...request,
      redirect: 'manual',
      // The size and the hash of the file are wanted, not those of a compressed form.
      headers: { 'accept-encoding': 'identity' },
    });
    const target = response.headers.get('location');
    if (!REDIRECTS.includes(response.status) || target === null) return response;
    await response.body?.cancel();
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

function toAnswer(response: Response, timer: NodeJS.Timeout): HttpAnswer {
  const length = response.headers.get('content-length');
  const isPlain = (response.headers.get('content-encoding') ?? 'identity') === 'identity';
  return {
    status: response.status,
    location: response.url,
    lengthBytes: length === null || !isPlain ? undefined : Number(length),
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after')),
    body: chunksOf(response.body, timer),
  };
}

/** Whole seconds, or a date; what is neither says nothing. */
function parseRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now());
}

async function* chunksOf(
  body: ReadableStream<Uint8Array> | null,
  timer: NodeJS.Timeout,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  for await (const chunk of body) {
    timer.refresh();
    yield chunk;
  }
}

/** The system's code of a failed fetch, which is the code of its cause. */
function codeOf(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
