import type { ErrorCode } from '../../../shared/domain/error-codes.ts';
import {
  type JsonValue,
  OperatorError,
  toOperatorError,
} from '../../../shared/domain/operator-error.ts';

/** What a request was about, for messages and for reading its answer. */
export interface R2Call {
  /** Completes "Could not …": `read "a/b.txt"`. */
  readonly tried: string;
  readonly bucket: string;
  /** Host and port. */
  readonly endpoint: string;
  readonly key?: string;
  /** A HEAD has no body: its status is all there is, and 404 means that the object is not there. */
  readonly method?: 'HEAD';
}

/**
 * S3 error names, and Cloudflare's numbers where an answer carries the number in place of the name
 * (developers.cloudflare.com/r2/api/error-codes).
 */
const CODE_OF_NAME: Readonly<Record<string, ErrorCode>> = {
  InvalidAccessKeyId: 'R2_CREDENTIALS_REJECTED',
  SignatureDoesNotMatch: 'R2_CREDENTIALS_REJECTED',
  Unauthorized: 'R2_CREDENTIALS_REJECTED',
  InvalidToken: 'R2_CREDENTIALS_REJECTED',
  ExpiredToken: 'R2_CREDENTIALS_REJECTED',
  ExpiredRequest: 'R2_CREDENTIALS_REJECTED',
  AuthorizationHeaderMalformed: 'R2_CREDENTIALS_REJECTED',
  RequestTimeTooSkewed: 'R2_CREDENTIALS_REJECTED',
  '10002': 'R2_CREDENTIALS_REJECTED',
  '10018': 'R2_CREDENTIALS_REJECTED',
  '10035': 'R2_CREDENTIALS_REJECTED',
  AccessDenied: 'R2_DENIED',
  Forbidden: 'R2_DENIED',
  NotEntitled: 'R2_DENIED',
  '10003': 'R2_DENIED',
  '10042': 'R2_DENIED',
  // A lock rule of the bucket, which no other credentials would lift.
  ObjectLockedByBucketPolicy: 'R2_OBJECT_LOCKED',
  '10069': 'R2_OBJECT_LOCKED',
  NoSuchBucket: 'R2_BUCKET_NOT_FOUND',
  InvalidBucketName: 'R2_BUCKET_NOT_FOUND',
  '10005': 'R2_BUCKET_NOT_FOUND',
  '10006': 'R2_BUCKET_NOT_FOUND',
  NoSuchKey: 'R2_OBJECT_NOT_FOUND',
  '10007': 'R2_OBJECT_NOT_FOUND',
  PreconditionFailed: 'R2_OBJECT_CHANGED',
  '10031': 'R2_OBJECT_CHANGED',
  SlowDown: 'R2_RATE_LIMITED',
  TooManyRequests: 'R2_RATE_LIMITED',
  '10058': 'R2_RATE_LIMITED',
  // 400s that are about this one transmission, not about what was asked.
  BadDigest: 'R2_FAILED',
  ClientDisconnect: 'R2_FAILED',
  IncompleteBody: 'R2_FAILED',
  RequestTimeout: 'R2_FAILED',
  '10013': 'R2_FAILED',
  '10037': 'R2_FAILED',
  '10054': 'R2_FAILED',
  // A multipart upload that was aborted under our hands: the copy begins again.
  NoSuchUpload: 'R2_FAILED',
  '10024': 'R2_FAILED',
};

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'R2_UNSUPPORTED',
  401: 'R2_CREDENTIALS_REJECTED',
  403: 'R2_DENIED',
  405: 'R2_UNSUPPORTED',
  409: 'R2_UNSUPPORTED',
  411: 'R2_UNSUPPORTED',
  412: 'R2_OBJECT_CHANGED',
  413: 'R2_UNSUPPORTED',
  414: 'R2_UNSUPPORTED',
  416: 'R2_UNSUPPORTED',
  429: 'R2_RATE_LIMITED',
  501: 'R2_UNSUPPORTED',
};

/** System and TLS errors that mean "nobody we may talk to answered there". */
const UNREACHABLE =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EADDR|ENOTFOUND|EAI_|ERR_TLS|ERR_SSL|ERR_STREAM_PREMATURE_CLOSE|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

const WHAT_HAPPENED: Partial<Record<ErrorCode, string>> = {
  R2_CREDENTIALS_REJECTED: 'the endpoint rejected the credentials',
  R2_DENIED: 'the credentials are valid but do not permit it',
  R2_OBJECT_LOCKED: 'a lock rule of the bucket forbids it',
  R2_BUCKET_NOT_FOUND: 'there is no such bucket',
  R2_OBJECT_NOT_FOUND: 'there is no such object',
  R2_OBJECT_CHANGED: 'the object is no longer the one that was planned (its ETag differs)',
  R2_RATE_LIMITED: 'the endpoint asked to slow down, and still did after every attempt',
  R2_UNREACHABLE: 'no answer came, or it broke off',
  R2_UNSUPPORTED: 'the endpoint does not take this request',
};

const HINT: Partial<Record<ErrorCode, string>> = {
  R2_CREDENTIALS_REJECTED:
    'Check R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY (or CLOUDFLARE_API_TOKEN) with `unwind config show`, and the clock of this machine.',
  R2_DENIED:
    'Give the token "Object Read & Write" on R2_BUCKET_NAME; a new permission takes up to a minute. Check R2_SECRET_ACCESS_KEY if it was never accepted.',
  R2_OBJECT_LOCKED:
    'Remove or shorten the lock rule of the bucket in the Cloudflare dashboard, or wait until it ends. New credentials do not help.',
  R2_BUCKET_NOT_FOUND:
    'Check R2_BUCKET_NAME, and R2_JURISDICTION: a bucket of a jurisdiction answers only on its own endpoint.',
  R2_OBJECT_NOT_FOUND: 'Make a new plan: the bucket changed since it was looked at.',
  R2_OBJECT_CHANGED: 'Make a new plan: the object was overwritten since it was looked at.',
  R2_OBJECT_EXISTS: 'Nothing was overwritten. Look at what is under the destination key first.',
  R2_RATE_LIMITED: 'Wait a minute and go on with `unwind resume`.',
  R2_UNREACHABLE:
    'Check R2_ENDPOINT or CLOUDFLARE_ACCOUNT_ID, the network and any proxy, then go on with `unwind resume`.',
  R2_UNSUPPORTED:
    'Check that R2_ENDPOINT is an R2 endpoint. If it is, report this with logs/bugs.log of the workspace: sending it again cannot help.',
  R2_FAILED:
    'Check R2_ENDPOINT, look at the status page of Cloudflare, and go on with `unwind resume`.',
};

/** An error about one request, with the facts that every R2 error carries. `what` completes "Could not …: ". */
export function r2Error(
  code: ErrorCode,
  call: R2Call,
  init: {
    readonly what: string;
    readonly details?: Readonly<Record<string, JsonValue>>;
    readonly cause?: unknown;
  },
): OperatorError {
  return new OperatorError(code, {
    message: `Could not ${call.tried} in bucket "${call.bucket}" at ${call.endpoint}: ${init.what}.`,
    hint: HINT[code] ?? 'Report this as a bug, with logs/bugs.log of the workspace.',
    details: {
      bucket: call.bucket,
      endpoint: call.endpoint,
      ...(call.key === undefined ? {} : { key: call.key }),
      ...init.details,
    },
    cause: init.cause,
  });
}

/**
 * Turns an error of the S3 client into ours: by S3 error name, then HTTP status, then errno; never by its text.
 * An error that no server and no socket caused is a bug: `INTERNAL`.
 */
export function fromS3(error: unknown, call: R2Call): OperatorError {
  const own = ownErrorIn(error);
  if (own !== undefined) return own;

  const vendor = readVendorError(error);
  if (vendor.status === undefined && vendor.errno === undefined && !isTimeout(vendor.name)) {
    return toOperatorError(error);
  }
  const code = codeOf(vendor, call);
  return r2Error(code, call, {
    what: [WHAT_HAPPENED[code] ?? 'the endpoint failed', evidenceOf(vendor)].join(' '),
    details: {
      vendorCode: vendor.name,
      ...(vendor.status === undefined ? {} : { httpStatus: vendor.status }),
      ...(vendor.errno === undefined ? {} : { errno: vendor.errno }),
      ...(vendor.retryAfterMs === undefined ? {} : { retryAfterMs: vendor.retryAfterMs }),
    },
    cause: error,
  });
}

interface VendorError {
  readonly name: string;
  readonly status: number | undefined;
  readonly errno: string | undefined;
  readonly retryAfterMs: number | undefined;
}

function codeOf(vendor: VendorError, call: R2Call): ErrorCode {
  if (vendor.status === undefined) {
    const silent = vendor.errno !== undefined && UNREACHABLE.test(vendor.errno);
    return silent || isTimeout(vendor.name) ? 'R2_UNREACHABLE' : 'R2_FAILED';
  }
  const named = codeOfName(vendor.name);
  if (named !== undefined) return named;
  // Other 404s come from a server that is not R2 (a wrong endpoint): never read those as "the object is gone".
  if (vendor.status === 404 && call.method === 'HEAD') return 'R2_OBJECT_NOT_FOUND';
  return CODE_OF_STATUS[vendor.status] ?? 'R2_FAILED';
}

/** What an S3 error name, or Cloudflare's number, means; `undefined` where it is not in the table. */
export function codeOfName(name: string): ErrorCode | undefined {
  return Object.hasOwn(CODE_OF_NAME, name) ? CODE_OF_NAME[name] : undefined;
}

function isTimeout(name: string): boolean {
  return name === 'TimeoutError' || name === 'AbortError';
}

function evidenceOf(vendor: VendorError): string {
  const status = vendor.status === undefined ? [] : [`HTTP ${String(vendor.status)}`];
  return `(${[vendor.errno ?? vendor.name, ...status].join(', ')})`;
}

function readVendorError(error: unknown): VendorError {
  const response = field(error, '$response');
  const status =
    field(field(error, '$metadata'), 'httpStatusCode') ?? field(response, 'statusCode');
  const retryAfter = field(field(response, 'headers'), 'retry-after');
  return {
    name: [field(error, 'Code'), field(error, 'name')].find(isText) ?? 'unknown',
    status: typeof status === 'number' ? status : undefined,
    errno: errnoOf(error),
    retryAfterMs: typeof retryAfter === 'string' ? retryAfterMs(retryAfter) : undefined,
  };
}

/** `Retry-After` is a number of seconds or an HTTP date. */
function retryAfterMs(value: string): number | undefined {
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** The errno of a network failure, which Node may wrap in a cause or, with two addresses, in an AggregateError. */
function errnoOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return errnoOf(error.errors[0]);
  const code = field(error, 'code');
  if (typeof code === 'string') return code;
  const cause = field(error, 'cause');
  return cause === undefined ? undefined : errnoOf(cause);
}

/** An error of ours that a library wrapped: the reason of an aborted request. */
function ownErrorIn(error: unknown): OperatorError | undefined {
  if (error instanceof OperatorError) return error;
  const cause = field(error, 'cause');
  return cause === undefined ? undefined : ownErrorIn(cause);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
