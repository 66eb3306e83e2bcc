import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { invariant } from '../../../shared/domain/operator-error.ts';
import type { ContentHash } from '../../core/ports/object-store.ts';
import { hashGzip } from '../content/hash-gzip.ts';
import { hashStream } from '../content/hash-stream.ts';
import type { CallInit, R2Connection } from './connect-r2.ts';
import { r2Error } from './errors.ts';
import { bareEtag } from './object-facts.ts';
import { refuseUnaddressable } from './refuse-unaddressable.ts';

/**
 * Reads an object to its end and hashes it: see `ObjectStore.hash`. A failed read starts again from the first byte.
 *
 * What is hashed is what a GET delivers. For an object stored with `Content-Encoding: gzip`, R2 may deliver the
 * decompressed bytes, without a length: then the hash is of the plain content and its size is not the stored size.
 * Where it delivers the stored bytes, what is inside them is hashed as well.
 */
export async function hashObject(
  r2: R2Connection,
  request: { readonly key: string; readonly ifMatch: string },
): Promise<ContentHash> {
  const { key, ifMatch } = request;
  const call = { tried: `read "${key}"`, key, waitsFor: 'body' } as const;
  refuseUnaddressable(r2, call);
  return r2.ask(call, async (client, options) => {
    const answer = await client.send(
      new GetObjectCommand({ Bucket: r2.bucket, Key: key, IfMatch: `"${ifMatch}"` }),
      options,
    );
    checkIdentity(r2, { call, ifMatch, etag: answer.ETag });
    const body: unknown = answer.Body;
    invariant(body instanceof Readable, 'the S3 client gave a body that is not a stream of Node');
    // A body that ends before its announced length is an error of the stream, never a short content.
    return isGzip(answer.ContentEncoding) ? hashGzip(body) : hashStream(body);
  });
}

function isGzip(contentEncoding: string | undefined): boolean {
  return contentEncoding?.trim().toLowerCase() === 'gzip';
}

/** Whatever stands in between may ignore `If-Match`, or answer with a page of its own: only the ETag says whose body it is. */
function checkIdentity(
  r2: R2Connection,
  answer: { readonly call: CallInit; readonly ifMatch: string; readonly etag: string | undefined },
): void {
  const { call, ifMatch, etag } = answer;
  if (etag === undefined) {
    throw r2Error('R2_FAILED', r2.describe(call), {
      what: 'the endpoint sent an answer without an ETag, which is not an object of this bucket',
    });
  }
  if (bareEtag(etag) === ifMatch) return;
  throw r2Error('R2_OBJECT_CHANGED', r2.describe(call), {
    what: 'the object is no longer the one that was planned (its ETag differs)',
    details: { expectedEtag: ifMatch, actualEtag: bareEtag(etag) },
  });
}
