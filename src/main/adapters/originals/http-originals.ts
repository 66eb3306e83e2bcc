import type { Check } from '../../../shared/domain/check.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { OriginalFacts, Originals } from '../../core/ports/originals.ts';
import { hashStream } from '../content/hash-stream.ts';
import { climbsOut } from './climbs-out.ts';
import { keptConnections, type SendRequest } from './kept-connections.ts';
import { type HttpAnswer, HttpReadFailure, readWithin } from './read-within.ts';
import { HTTP_PATIENCE, type HttpPatience, retryWhileBusy } from './retry-while-busy.ts';

type Depth = 'presence' | 'content';

/** How the server is talked to. */
interface Connecting {
  readonly idleTimeoutMs: number;
  readonly send: SendRequest;
}

const IDLE_TIMEOUT_MS = 30_000;
const GONE: readonly number[] = [404, 410];
const NO_HEAD: readonly number[] = [405, 501];
/** What a server or a proxy answers that has too much to do, or is just restarting. */
const BUSY: readonly number[] = [429, 500, 502, 503, 504];

/**
 * Originals below an http(s) address. Never throws from `inspect`: what fails is `unknown`, and only a 404 or 410 is
 * `missing`.
 * @throws CONFIG_INVALID the base is not a plain http(s) URL.
 */
export function httpOriginals(options: {
  readonly base: string;
  /** Longest silence of the server; tests shorten it. */
  readonly idleTimeoutMs?: number;
  readonly patience?: HttpPatience;
}): Originals {
  const base = parseBase(options.base);
  const idleTimeoutMs = options.idleTimeoutMs ?? IDLE_TIMEOUT_MS;
  const send = keptConnections();
  const retrying = retryWhileBusy(options.patience ?? HTTP_PATIENCE);
  return {
    location: base.href,
    diagnose: async () => [await checkBase(base, { idleTimeoutMs, send })],
    async inspect(sourcePath, depth) {
      const url = urlUnder(base, sourcePath);
      if (!(url instanceof URL)) return url;
      try {
        return await retrying(() => look(url, { depth, idleTimeoutMs, send }));
      } catch (error) {
        if (error instanceof HttpReadFailure) return { state: 'unknown', detail: error.message };
        throw error;
      }
    },
  };
}

/** Any answer of the server will do: whether a folder's own address has a page says nothing about its files. */
async function checkBase(base: URL, how: Connecting): Promise<Check> {
  const question = { name: 'originals.readable', title: 'Originals can be read' } as const;
  try {
    const status = await readWithin(base, { method: 'HEAD', ...how }, (answer) =>
      Promise.resolve(answer.status),
    );
    if (!BUSY.includes(status)) {
      return { ...question, state: 'ok', finding: `${base.host} answers.`, fix: null };
    }
    return {
      ...question,
      state: 'warning',
      finding: `${base.host} answers HTTP ${String(status)}: it is busy or in trouble.`,
      fix: 'Wait until it is not: a file that cannot be read is held.',
    };
  } catch (error) {
    if (!(error instanceof HttpReadFailure)) throw error;
    return {
      ...question,
      state: 'failed',
      finding: `${base.href} could not be read: ${error.message}.`,
      fix: 'Check UNWIND_ORIGINALS and the network.',
    };
  }
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.href === url.origin + url.pathname &&
    decoded(url.pathname) !== undefined;
  if (isPlain) {
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return url;
  }
  // The value itself is not repeated: it may hold a password.
  throw new OperatorError('CONFIG_INVALID', {
    message: 'UNWIND_ORIGINALS is not a plain http(s) URL.',
    hint: 'Write UNWIND_ORIGINALS as https://HOST/PATH/, without user, password, query or fragment; or name a folder.',
  });
}

/** The address of an original, or why there is none. A full URL below the base is taken as it is. */
function urlUnder(base: URL, sourcePath: string): URL | OriginalFacts {
  if (/^https?:\/\//i.test(sourcePath)) {
    const url = URL.canParse(sourcePath) ? new URL(sourcePath) : undefined;
    if (url !== undefined && isBelow(base, url)) return url;
    return { state: 'escapes', detail: `the address is not below ${base.href}` };
  }
  if (!sourcePath.isWellFormed()) {
    return { state: 'unknown', detail: 'the path is not valid Unicode' };
  }
  const basePath = decodeURIComponent(base.pathname);
  const inside = sourcePath.startsWith(basePath) ? sourcePath.slice(basePath.length) : sourcePath;
  const segments = inside.replace(/^\/+/, '').split('/');
  // Servers and proxies resolve ".." each in their own way, also when it is encoded: none is sent.
  if (climbsOut(segments)) return { state: 'escapes', detail: `the path leaves ${base.href}` };
  const path = resolved(segments).map(encodeURIComponent).join('/');
  if (path === '') return { state: 'unknown', detail: 'the path names no file' };
  return new URL(path, base);
}

function isBelow(base: URL, url: URL): boolean {
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return false;
  const below = decoded(url.pathname.slice(base.pathname.length));
  return below !== undefined && !climbsOut(below.split(/[\\/]/));
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not a percent-encoding: the address names nothing that could be compared.
    return undefined;
  }
}

function resolved(segments: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return kept;
}

async function look(
  url: URL,
  { depth, ...how }: Connecting & { readonly depth: Depth },
): Promise<OriginalFacts> {
  if (depth === 'presence') {
    const facts = await readWithin(url, { method: 'HEAD', ...how }, fromHead);
    if (facts !== undefined) return facts;
  }
  const facts = await readWithin(url, { method: 'GET', ...how }, fromBody);
  return depth === 'content' || facts.state !== 'present' ? facts : { ...facts, hash: null };
}

/** `undefined` where a HEAD does not tell: the server has none, or does not say the size. */
function fromHead(answer: HttpAnswer): Promise<OriginalFacts | undefined> {
  if (NO_HEAD.includes(answer.status)) return Promise.resolve(undefined);
  const refused = refusal(answer);
  if (refused !== undefined) return Promise.resolve(refused);
  const { location, lengthBytes } = answer;
  return Promise.resolve(
    lengthBytes === undefined
      ? undefined
      : { state: 'present', location, sizeBytes: lengthBytes, hash: null },
  );
}

async function fromBody(answer: HttpAnswer): Promise<OriginalFacts> {
  const refused = refusal(answer);
  if (refused !== undefined) return refused;
  // A body that ends before its announced length is an error of the stream, never a short content.
  const hash = await hashStream(answer.body);
  return { state: 'present', location: answer.location, sizeBytes: hash.sizeBytes, hash };
}

/** @throws HttpReadFailure the server is busy. */
function refusal({ status, location, retryAfterMs }: HttpAnswer): OriginalFacts | undefined {
  if (status === 200) return undefined;
  if (BUSY.includes(status)) {
    const asks =
      retryAfterMs === undefined
        ? ''
        : ` and asks to wait ${String(Math.ceil(retryAfterMs / 1_000))} s`;
    throw new HttpReadFailure(`${location} answered HTTP ${String(status)}${asks}`, {
      nature: 'passing',
      retryAfterMs,
    });
  }
  if (GONE.includes(status)) return { state: 'missing', location };
  return { state: 'unknown', detail: `${location} answered HTTP ${String(status)}` };
}
