import { HeadObjectCommand } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { invariant, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { R2Connection } from './connect-r2.ts';
import { r2Error } from './errors.ts';
import { fitsPath, isPossibleKey } from './key-rules.ts';
import { listPage, MAX_PAGE_OBJECTS } from './list-page.ts';
import { toObjectFacts } from './object-facts.ts';
import { compareUtf8 } from './utf8-order.ts';

/** Most keys of one call. */
const MAX_STAT_KEYS = 5000;

/**
 * A page of 1,000 listed objects takes about as long as this many HEADs: below it, HEADs are quicker.
 * 0 lists always, Infinity never.
 */
export const SPARSE_BELOW = 24;

const SLICE_CONCURRENCY = 4;
const HEAD_CONCURRENCY = 12;
const FIRST_HEAD_BLOCK = 64;

type Found = Map<string, ObjectFacts>;

/** Facts of the objects under sorted `keys`: see `ObjectStore.statMany`. */
export async function statMany(
  r2: R2Connection,
  keys: readonly string[],
  options: { readonly sparseBelow: number } = { sparseBelow: SPARSE_BELOW },
): Promise<ReadonlyMap<string, ObjectFacts>> {
  checkOrder(keys);
  const wanted = keys.filter(isPossibleKey);
  const found: Found = new Map();
  const settle = (slice: readonly string[]) =>
    settleSlice(r2, { slice, found, sparseBelow: options.sparseBelow });
  await pMap(slicesOf(wanted), settle, { concurrency: SLICE_CONCURRENCY });
  return found;
}

/** Facts of one object, or `undefined`, by a listing of one key: this also proves that the bucket is there. */
async function statByList(r2: R2Connection, key: string): Promise<ObjectFacts | undefined> {
  const page = await listPage(r2, { tried: `look at "${key}"`, key, prefix: key, maxObjects: 1 });
  // The first of the keys with this prefix, in byte order, is the prefix itself, if there is such a key.
  return page.objects.find((facts) => facts.key === key);
}

/** Facts of one object, or `undefined`. A HEAD cannot tell a missing bucket from a missing object: prove that first. */
export async function statByHead(r2: R2Connection, key: string): Promise<ObjectFacts | undefined> {
  if (!fitsPath(key)) return statByList(r2, key);
  try {
    const answer = await r2.ask(
      { tried: `look at "${key}"`, key, method: 'HEAD' },
      (client, options) =>
        client.send(new HeadObjectCommand({ Bucket: r2.bucket, Key: key }), options),
    );
    const facts = toObjectFacts(key, {
      sizeBytes: answer.ContentLength,
      etag: answer.ETag,
      lastModified: answer.LastModified,
    });
    // R2 leaves the length out where it would decompress a stored gzip body; the listing has the stored size.
    return facts ?? (await statByList(r2, key));
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'R2_OBJECT_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Facts of an object that has to be there. @throws R2_OBJECT_NOT_FOUND */
export async function statExisting(r2: R2Connection, key: string): Promise<ObjectFacts> {
  const facts = await statByHead(r2, key);
  if (facts !== undefined) return facts;
  const call = r2.describe({ tried: `look at "${key}"`, key });
  throw r2Error('R2_OBJECT_NOT_FOUND', call, { what: 'there is no such object' });
}

/**
 * Settles the keys of one slice:
 *  1. the first key by listing it alone, which proves that the bucket is there
 *  2. a page of the listing after the last settled key, as long as pages settle enough of the wanted keys
 *  3. where a page settled too few, a block of HEADs, each block twice as long as the one before; then a page again
 */
async function settleSlice(
  r2: R2Connection,
  work: { readonly slice: readonly string[]; readonly found: Found; readonly sparseBelow: number },
): Promise<void> {
  const { slice, found, sparseBelow } = work;
  const [first] = slice;
  if (first === undefined) return;
  record(found, await statByList(r2, first));

  let settled = 1;
  let cursor = first;
  let blockLength = FIRST_HEAD_BLOCK;
  while (settled < slice.length) {
    const rest = slice.slice(settled);
    const page =
      rest.length < sparseBelow ? undefined : await settleByPage(r2, { rest, cursor, found });
    settled += page?.settledCount ?? 0;
    cursor = page?.lastKey ?? cursor;
    if (page !== undefined && page.settledCount >= sparseBelow) {
      blockLength = FIRST_HEAD_BLOCK;
      continue;
    }
    const block = slice.slice(settled, settled + blockLength);
    await pMap(block, async (key) => record(found, await statByHead(r2, key)), {
      concurrency: HEAD_CONCURRENCY,
    });
    settled += block.length;
    cursor = block.at(-1) ?? cursor;
    blockLength *= 2;
  }
}

/** Merges one page after `cursor` with the sorted `rest`; what lies up to the page's last key is settled by it. */
async function settleByPage(
  r2: R2Connection,
  work: { readonly rest: readonly string[]; readonly cursor: string; readonly found: Found },
): Promise<{ readonly settledCount: number; readonly lastKey: string | undefined }> {
  const page = await listPage(r2, { tried: 'list objects', startAfter: work.cursor });
  const listed = new Map(page.objects.map((facts) => [facts.key, facts]));
  const lastKey = page.objects.at(-1)?.key;
  const settled =
    page.more && lastKey !== undefined
      ? work.rest.slice(0, countUpTo(work.rest, lastKey))
      : work.rest;
  for (const key of settled) record(work.found, listed.get(key));
  return { settledCount: settled.length, lastKey };
}

/** How many of the sorted `keys` are not after `lastKey`. */
function countUpTo(keys: readonly string[], lastKey: string): number {
  const firstAfter = keys.findIndex((key) => compareUtf8(key, lastKey) > 0);
  return firstAfter === -1 ? keys.length : firstAfter;
}

function record(found: Found, facts: ObjectFacts | undefined): void {
  if (facts !== undefined) found.set(facts.key, facts);
}

function slicesOf(keys: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(keys.length / MAX_PAGE_OBJECTS);
  return Array.from({ length: count }, (_, index) =>
    keys.slice(index * MAX_PAGE_OBJECTS, (index + 1) * MAX_PAGE_OBJECTS),
  );
}

function checkOrder(keys: readonly string[]): void {
  invariant(keys.length <= MAX_STAT_KEYS, `statMany takes up to ${String(MAX_STAT_KEYS)} keys`);
  keys.forEach((key, index) => {
    const previous = keys[index - 1];
    const ascends = previous === undefined || compareUtf8(previous, key) < 0;
    invariant(ascends, `statMany was given keys out of order at "${key}"`);
  });
}
