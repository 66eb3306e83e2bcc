import { S3Client } from '@aws-sdk/client-s3';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import { fromS3, type R2Call } from './errors.ts';
import { passWirePoints } from './pass-wire-points.ts';
import { speakR2 } from './r2-dialect.ts';
import { type PaceLimits, requestPace, type Verdict } from './request-pace.ts';
import { askedWaitMs, isSlowDown, type RetryPolicy, retryByTable } from './retry-by-table.ts';

/** Where a bucket is and with which key pair it is opened. */
export interface R2Address {
  /** http(s) URL of the S3 endpoint, without the bucket. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `auto` (the default) is right for R2. */
  readonly region?: string;
}

/** Time limits and retries. Only tests have a reason to differ from `DEFAULT_PATIENCE`. */
export interface R2Patience extends RetryPolicy {
  readonly connectTimeoutMs: number;
  /** Longest silence on a socket, also in the middle of a body. */
  readonly idleTimeoutMs: number;
  /** Longest time for one attempt of a request without a streamed body. */
  readonly requestTimeoutMs: number;
  /** Longest time, and longest silence, for a request whose answer comes only once the server has copied content. */
  readonly copyTimeoutMs: number;
}

export const DEFAULT_PATIENCE: R2Patience = {
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  // The server reads and writes up to 5 GiB before it says a word.
  copyTimeoutMs: 15 * 60_000,
  attempts: 3,
  attemptsWhenSlowed: 8,
  firstDelayMs: 200,
  longestWaitMs: 30_000,
};

/** What a call needs besides the address. Without `waitsFor` the limits of a quick request apply. */
export type CallInit = Omit<R2Call, 'bucket' | 'endpoint'> & {
  /** `body`: the request may last as long as its body keeps coming. `server-copy`: the server may be silent for long, then answers. */
  readonly waitsFor?: 'body' | 'server-copy';
};

type Send<T> = (client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** An open client of one bucket. Every error that leaves it is an `OperatorError`. */
export interface R2Connection {
  readonly bucket: string;
  readonly endpoint: string;
  /** The facts that errors about a call name. */
  describe(init: CallInit): R2Call;
  /** One attempt of one request, as soon as the pace of the connection has room for it. */
  once<T>(init: CallInit, send: Send<T>): Promise<T>;
  /** Repeats an attempt by the error table. */
  retrying<T>(attempt: () => Promise<T>): Promise<T>;
  /** One request, repeated by the error table. Only for requests that may be repeated blindly. */
  ask<T>(init: CallInit, send: Send<T>): Promise<T>;
  /** The same connection without repeats, for requests inside an attempt that is itself repeated. */
  readonly single: R2Connection;
  /** Aborts what is under way with `CANCELLED` and closes the sockets. A second call does nothing. */
  close(): void;
}

/** Cloudflare names no rate; 429s are reported, so that we begin low and find out. */
const PACE: PaceLimits = { first: 4, most: 50 };

/**
 * R2 on this machine (the sandbox, `wrangler dev`) is one process that more requests do not make faster, and that has come to a standstill
 * over 50 copies at a time.
 */
const LOCAL_PACE: PaceLimits = { first: 4, most: 16 };

function paceFor({ hostname }: URL): PaceLimits {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname) ? LOCAL_PACE : PACE;
}

export function connectR2(
  address: R2Address,
  patience: R2Patience,
  crashAt: CrashAt = NO_CRASH,
): R2Connection {
  const { bucket } = address;
  const url = new URL(address.endpoint);
  const endpoint = url.host;
  const quick = makeClient(address, patience.connectTimeoutMs, patience.idleTimeoutMs);
  const copying = makeClient(address, patience.connectTimeoutMs, patience.copyTimeoutMs);
  for (const client of [quick, copying]) passWirePoints(client, crashAt);
  const closed = new AbortController();
  const pace = requestPace(paceFor(url), closed.signal);
  const judge = (error: unknown): Verdict => verdictOf(error, patience.longestWaitMs);

  const base = {
    bucket,
    endpoint,
    describe: ({ waitsFor: _, ...init }: CallInit): R2Call => ({ ...init, bucket, endpoint }),
    once<T>(init: CallInit, send: Send<T>): Promise<T> {
      const client = init.waitsFor === 'server-copy' ? copying : quick;
      return pace.run(async () => {
        const limits = limitsOf(init, patience).map((limitMs) => AbortSignal.timeout(limitMs));
        try {
          return await send(client, { abortSignal: AbortSignal.any([closed.signal, ...limits]) });
        } catch (error) {
          throw fromS3(error, base.describe(init));
        }
      }, judge);
    },
    close() {
      closed.abort(cancelled(bucket));
      quick.destroy();
      copying.destroy();
    },
  };
  const repeat = <T>(attempt: () => Promise<T>) =>
    retryByTable(attempt, { policy: patience, signal: closed.signal });
  return {
    ...base,
    retrying: repeat,
    ask: (init, send) => repeat(() => base.once(init, send)),
    single: singleOf(base),
  };
}

/** Limits on the whole of a request, in milliseconds. */
function limitsOf({ waitsFor }: CallInit, patience: R2Patience): readonly number[] {
  if (waitsFor === 'body') return [];
  return [waitsFor === 'server-copy' ? patience.copyTimeoutMs : patience.requestTimeoutMs];
}

/**
 * A 503 without a name and a request that ran out of time slow the pace as a 429 does. A wait that is too long to be waited for does not
 * hold up the others.
 */
function verdictOf(error: unknown, longestWaitMs: number): Verdict {
  const { httpStatus, vendorCode } = error instanceof OperatorError ? error.details : {};
  const isOverloaded = httpStatus === 503 || vendorCode === 'TimeoutError';
  if (!isSlowDown(error) && !isOverloaded) return { kind: 'fine' };
  const waitMs = askedWaitMs(error);
  return { kind: 'slow-down', waitMs: waitMs > longestWaitMs ? 0 : waitMs };
}

type ConnectionBase = Omit<R2Connection, 'retrying' | 'ask' | 'single'>;

function singleOf(base: ConnectionBase): R2Connection {
  return {
    ...base,
    retrying: (attempt) => attempt(),
    ask: (init, send) => base.once(init, send),
    get single() {
      return this;
    },
  };
}

function makeClient(address: R2Address, connectTimeoutMs: number, idleTimeoutMs: number): S3Client {
  const agent = { keepAlive: true, maxSockets: PACE.most };
  const client = new S3Client({
    endpoint: address.endpoint,
    region: address.region ?? 'auto',
    forcePathStyle: true,
    credentials: {
      accessKeyId: address.accessKeyId,
      secretAccessKey: address.secretAccessKey,
    },
    // R2 has answered 501 to the checksums that the client adds on its own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The local endpoint never answers "100 Continue": a client that waits for it hangs.
    expectContinueHeader: false,
    // retry-by-table.ts is the one place that repeats.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      // Not requestTimeout: that one does not abort a request that hangs.
      socketTimeout: idleTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  speakR2(client);
  return client;
}

function cancelled(bucket: string): OperatorError {
  return new OperatorError('CANCELLED', {
    message: `The connection to bucket "${bucket}" was closed while a request was under way.`,
    hint: 'If a run was going on, go on with `unwind resume`.',
  });
}
