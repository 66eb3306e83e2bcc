import { type _Object, ListObjectsV2Command, type ListObjectsV2Output } from '@aws-sdk/client-s3';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { CallInit, R2Connection } from './connect-r2.ts';
import { r2Error } from './errors.ts';
import { decodeListedKey } from './key-rules.ts';
import { toObjectFacts } from './object-facts.ts';
import { compareUtf8 } from './utf8-order.ts';

/** Most objects that S3 gives in one page. */
export const MAX_PAGE_OBJECTS = 1000;

/** One page of a listing, in byte order of the keys. */
export interface ListedPage {
  readonly objects: readonly ObjectFacts[];
  /** Whether more follow after the last of these. */
  readonly more: boolean;
}

export interface ListRequest {
  readonly tried: string;
  readonly key?: string;
  readonly prefix?: string;
  /** Only keys after this one. */
  readonly startAfter?: string;
  readonly maxObjects?: number;
}

/**
 * Reads one page of the bucket's listing.
 *
 * Its absences are taken as proof, so that an answer which is not a whole, sorted listing of this bucket (a proxy's
 * error page with status 200, say) fails with R2_FAILED and never counts as "nothing there".
 */
export function listPage(r2: R2Connection, request: ListRequest): Promise<ListedPage> {
  const call = callOf(request);
  return r2.retrying(async () => {
    const answer = await r2.once(call, (client, options) =>
      client.send(
        new ListObjectsV2Command({
          Bucket: r2.bucket,
          EncodingType: 'url',
          MaxKeys: request.maxObjects ?? MAX_PAGE_OBJECTS,
          ...(request.prefix === undefined ? {} : { Prefix: request.prefix }),
          ...(request.startAfter === undefined ? {} : { StartAfter: request.startAfter }),
        }),
        options,
      ),
    );
    const page = readPage(answer, request);
    if (answer.Name === r2.bucket && page !== undefined) return page;
    throw r2Error('R2_FAILED', r2.describe(call), {
      what: 'the endpoint sent an answer that is not a listing of this bucket',
      details: { listed: answer.Name ?? null },
    });
  });
}

function callOf(request: ListRequest): CallInit {
  return {
    tried: request.tried,
    ...(request.key === undefined ? {} : { key: request.key }),
  };
}

function readPage(answer: ListObjectsV2Output, request: ListRequest): ListedPage | undefined {
  const encoded = answer.EncodingType === 'url';
  const objects = (answer.Contents ?? []).map((entry) => readEntry(entry, encoded));
  if (!objects.every((facts) => facts !== undefined)) return undefined;
  if (!isAscending(request.startAfter, objects)) return undefined;
  const more = answer.IsTruncated === true;
  // "There is more, but not after any key" could only be taken for "nothing there".
  return more && objects.length === 0 ? undefined : { objects, more };
}

function readEntry(entry: _Object, encoded: boolean): ObjectFacts | undefined {
  if (entry.Key === undefined) return undefined;
  return toObjectFacts(encoded ? decodeListedKey(entry.Key) : entry.Key, {
    sizeBytes: entry.Size,
    etag: entry.ETag,
    lastModified: entry.LastModified,
  });
}

function isAscending(after: string | undefined, objects: readonly ObjectFacts[]): boolean {
  let previous = after;
  for (const { key } of objects) {
    if (previous !== undefined && compareUtf8(previous, key) >= 0) return false;
    previous = key;
  }
  return true;
}
