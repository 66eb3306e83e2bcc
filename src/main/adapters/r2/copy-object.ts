import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { CallInit, R2Connection } from './connect-r2.ts';
import { copyInParts } from './copy-in-parts.ts';
import { r2Error } from './errors.ts';
import { etagOfCopy } from './etag-of-copy.ts';
import { hashObject } from './hash-object.ts';
import { copySource } from './key-rules.ts';
import { refuseUnaddressable } from './refuse-unaddressable.ts';
import { statByHead, statExisting } from './stat-many.ts';

/** A server-side copy: see `ObjectStore.copy`. */
export interface CopyRequest {
  readonly fromKey: string;
  readonly toKey: string;
  readonly ifSourceMatch: string;
  readonly sizeBytes: number;
}

/** When and how a copy is made in parts, in bytes. Only tests have a reason to differ from `PARTS_OF_R2`. */
export interface PartSizes {
  /** Largest object that is copied by one request. */
  readonly largestSingle: number;
  /** Size of a part; larger where an object would have too many of them. */
  readonly part: number;
}

const MEBIBYTE = 1024 * 1024;

/** R2 copies up to 4.995 GiB by one request or part, and takes parts from 5 MiB. */
const PARTS_OF_R2: PartSizes = {
  largestSingle: Math.floor(4.995 * 1024) * MEBIBYTE,
  part: 512 * MEBIBYTE,
};

/**
 * Copies on the server; never overwrites.
 *
 *  1. look at the destination: R2 honours the destination condition of step 2, other servers ignore it, and R2 does not
 *     judge it together with the source condition in one atomic act
 *  2. copy, on condition that the source is the planned one and that the destination does not exist
 *  3. an answer that may have been lost (no answer, or a 5xx) is settled by looking: a destination that has appeared
 *     with the content of the source is our own copy, not a foreign object. So the copy may be repeated safely
 *
 * Returns the ETag under which the copy is to be read.
 */
export async function copyObject(
  r2: R2Connection,
  request: CopyRequest,
  sizes: PartSizes = PARTS_OF_R2,
): Promise<{ readonly etag: string }> {
  const { fromKey, toKey } = request;
  const call = {
    tried: `copy "${fromKey}" to "${toKey}"`,
    key: fromKey,
    waitsFor: 'server-copy',
  } as const;
  refuseUnaddressable(r2, call);
  refuseUnaddressable(r2, { ...call, key: toKey });

  let sentBefore = false;
  return r2.retrying(async () => {
    const present = await statByHead(r2.single, toKey);
    if (present !== undefined && !sentBefore) throw destinationExists(r2, call, present);
    if (present !== undefined) return settlePresent(r2.single, { request, call, present });
    const repeated = sentBefore;
    sentBefore = true;
    try {
      return request.sizeBytes > sizes.largestSingle
        ? await copyInParts(r2, { request, call, partBytes: sizes.part })
        : await sendCopy(r2, { request, call });
    } catch (error) {
      if (!isPreconditionFailure(error)) throw error;
      return await settleRefusal(r2.single, { request, call, repeated, refusal: error });
    }
  });
}

async function sendCopy(
  r2: R2Connection,
  copy: { readonly request: CopyRequest; readonly call: CallInit },
): Promise<{ readonly etag: string }> {
  const { fromKey, toKey, ifSourceMatch } = copy.request;
  // r2-dialect.ts adds the condition on the destination.
  const command = new CopyObjectCommand({
    Bucket: r2.bucket,
    Key: toKey,
    CopySource: copySource(r2.bucket, fromKey),
    CopySourceIfMatch: `"${ifSourceMatch}"`,
    MetadataDirective: 'COPY',
  });
  const answer = await r2.once(copy.call, (client, options) => client.send(command, options));
  return { etag: etagOfCopy(r2, copy.call, answer.CopyObjectResult?.ETag) };
}

/** A 412 does not say which of the two conditions failed: looking does. */
async function settleRefusal(
  r2: R2Connection,
  refused: {
    readonly request: CopyRequest;
    readonly call: CallInit;
    readonly repeated: boolean;
    readonly refusal: OperatorError;
  },
): Promise<{ readonly etag: string }> {
  const { request, call, repeated, refusal } = refused;
  const present = await statByHead(r2, request.toKey);
  if (present === undefined) {
    await statExisting(r2, request.fromKey);
    throw refusal;
  }
  if (!repeated) throw destinationExists(r2, call, present);
  return settlePresent(r2, { request, call, present });
}

/** Accepts a destination that appeared while we were copying if it holds the content of the source. */
async function settlePresent(
  r2: R2Connection,
  found: { readonly request: CopyRequest; readonly call: CallInit; readonly present: ObjectFacts },
): Promise<{ readonly etag: string }> {
  const { request, call, present } = found;
  const source = await statExisting(r2, request.fromKey);
  if (source.etag === request.ifSourceMatch && (await isSameContent(r2, source, present))) {
    return { etag: present.etag };
  }
  throw destinationExists(r2, call, present);
}

async function isSameContent(
  r2: R2Connection,
  source: ObjectFacts,
  copy: ObjectFacts,
): Promise<boolean> {
  if (source.sizeBytes !== copy.sizeBytes) return false;
  if (source.etag === copy.etag) return true;
  // The ETag of a multipart object is not that of its copy, so that different ETags prove nothing.
  const hashes = await Promise.all(
    [source, copy].map(({ key, etag }) => hashObject(r2, { key, ifMatch: etag })),
  );
  return new Set(hashes.map((hash) => hash.sha256)).size === 1;
}

function isPreconditionFailure(error: unknown): error is OperatorError {
  return error instanceof OperatorError && error.code === 'R2_OBJECT_CHANGED';
}

function destinationExists(r2: R2Connection, call: CallInit, present: ObjectFacts): OperatorError {
  return r2Error('R2_OBJECT_EXISTS', r2.describe(call), {
    what: `an object of ${String(present.sizeBytes)} bytes is already there`,
    details: { destination: present.key, etag: present.etag, lastModified: present.lastModified },
  });
}
