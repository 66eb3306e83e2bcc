import type { Check } from '../../../shared/domain/check.ts';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';

/** What Unwind itself keeps in a bucket is under this prefix, and nothing else is. */
export const QUARANTINE_FOLDER = '.unwind-quarantine/';

/**
 * Calls that a caller may have under way at the same time. The store decides how many requests that makes: it begins with few, and
 * adapts to what the endpoint bears.
 */
export const OBJECT_CALLS_AT_ONCE = 50;

/** SHA-256 and MD5 (hex) of a body that was read to its end, and its length. */
export interface ContentHash {
  readonly sha256: string;
  readonly md5: string;
  readonly sizeBytes: number;
  /** Of an object that is stored and was delivered compressed (`Content-Encoding: gzip`): the same of what is inside. */
  readonly gunzipped?: ContentHash;
}

/** A key that a delete request could not remove, with the store's own code. */
export interface DeleteFailure {
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

/**
 * One R2 bucket, spoken to over S3.
 *
 * @throws R2_UNREACHABLE, R2_CREDENTIALS_REJECTED, R2_DENIED, R2_BUCKET_NOT_FOUND, R2_RATE_LIMITED, R2_FAILED on every method.
 */
export interface ObjectStore {
  readonly bucket: string;
  /** Host and port, for people. */
  readonly endpoint: string;
  /** Proves that the bucket answers these credentials, by listing one key. */
  checkAccess(): Promise<void>;
  /**
   * Facts of the objects under `keys`; a key without an object is absent from the map.
   *
   * `keys` are in ascending byte order of their UTF-8 form, without repeats, at most 5,000. Chooses between listing
   * pages (dense keys) and one HEAD a key (sparse keys). Reads strongly consistent state.
   */
  statMany(keys: readonly string[]): Promise<ReadonlyMap<string, ObjectFacts>>;
  /** Streams the objects under a prefix in byte order of their keys, a page of at most 1,000 at a time; only those after the key `after`, if it is given. */
  list(prefix: string, options?: { readonly after: string }): AsyncIterable<readonly ObjectFacts[]>;
  /**
   * Reads an object to its end and hashes it. R2 may deliver a gzip-encoded object decompressed: then the hash is of the content, and
   * `sizeBytes` is not the stored size.
   * @throws R2_OBJECT_NOT_FOUND @throws R2_OBJECT_CHANGED when its ETag is not `ifMatch`.
   */
  hash(key: string, options: { readonly ifMatch: string }): Promise<ContentHash>;
  /**
   * Copies on the server: source only if its ETag is `ifSourceMatch`, destination only if it does not exist.
   * Metadata, content type, encoding and cache rules are kept; the ETag is not: that of a large object changes its form.
   * The answer is not evidence, only the ETag under which to look: hash the copy.
   * @throws R2_OBJECT_NOT_FOUND source gone @throws R2_OBJECT_CHANGED source differs @throws R2_OBJECT_EXISTS destination exists.
   */
  copy(request: {
    readonly fromKey: string;
    readonly toKey: string;
    readonly ifSourceMatch: string;
    /** Of the source; a large object is copied in parts. */
    readonly sizeBytes: number;
  }): Promise<{ readonly etag: string }>;
  /**
   * Asks for up to 1,000 keys to be deleted; a batch that fails as a whole is halved, down to single keys.
   * The answer is not evidence: R2 reports a missing key as deleted.
   */
  deleteMany(keys: readonly string[]): Promise<readonly DeleteFailure[]>;
  /** Looks at everything that could keep a rollback from working on this bucket, one check a condition, in a fixed order. Changes nothing, throws nothing. */
  diagnose(): Promise<readonly Check[]>;
  close(): Promise<void>;
}
