import { S3Client } from '@aws-sdk/client-s3';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { fromS3, type R2Call } from './errors.ts';
import { speakR2 } from './r2-dialect.ts';
import { type RetryPolicy, retryByTable } from './retry-by-table.ts';

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
}

export const DEFAULT_PATIENCE: R2Patience = {
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  attempts: 3,
  firstDelayMs: 200,
  longestWaitMs: 30_000,
};

/** What a call needs besides the address; `streams` lifts the limit on the whole request, not the one on silence. */
export type CallInit = Omit<R2Call, 'bucket' | 'endpoint'> & { readonly streams?: true };

type Send<T> = (client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** An open client of one bucket. Every error that leaves it is an `OperatorError`. */
export interface R2Connection {
  readonly bucket: string;
  readonly endpoint: string;
  /** The facts that errors about a call name. */
  describe(init: CallInit): R2Call;
  /** One attempt of one request. */
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

const MAX_SOCKETS = 32;

export function connectR2(address: R2Address, patience: R2Patience): R2Connection {
  const { bucket } = address;
  const endpoint = new URL(address.endpoint).host;
  const client = makeClient(address, patience);
  speakR2(client);
  const closed = new AbortController();

  const base = {
    bucket,
    endpoint,
    describe: ({ streams: _, ...init }: CallInit): R2Call => ({ ...init, bucket, endpoint }),
    async once<T>(init: CallInit, send: Send<T>): Promise<T> {
      const limits = init.streams === true ? [] : [AbortSignal.timeout(patience.requestTimeoutMs)];
      try {
        return await send(client, { abortSignal: AbortSignal.any([closed.signal, ...limits]) });
      } catch (error) {
        throw fromS3(error, base.describe(init));
      }
    },
    close() {
      closed.abort(cancelled(bucket));
      client.destroy();
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

function makeClient(address: R2Address, patience: R2Patience): S3Client {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new S3Client({
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
      connectionTimeout: patience.connectTimeoutMs,
      // Not requestTimeout: that one does not abort a request that hangs.
      socketTimeout: patience.idleTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

function cancelled(bucket: string): OperatorError {
  return new OperatorError('CANCELLED', {
    message: `The connection to bucket "${bucket}" was closed while a request was under way.`,
    hint: 'If a run was going on, go on with `unwind resume`.',
  });
}
