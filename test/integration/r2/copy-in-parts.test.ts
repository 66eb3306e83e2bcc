import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import type { ObjectStore } from '../../../src/main/core/ports/object-store.ts';
import { copyVerified } from '../../../src/main/core/run/steps/copy-verified.ts';
import { QUICK_PATIENCE } from '../../support/r2/quick-patience.ts';
import {
  type FaultProxy,
  firstTimes,
  type SeenRequest,
  s3Error,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const MEBIBYTE = 1024 * 1024;
const BODY = randomBytes(12 * MEBIBYTE);

let r2: TestR2;
let proxy: FaultProxy;
let store: ObjectStore;
let number = 0;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
  store = openR2ObjectStore({
    ...r2.address,
    endpoint: proxy.endpoint,
    patience: { ...QUICK_PATIENCE, requestTimeoutMs: 10_000, copyTimeoutMs: 10_000 },
    // R2 takes parts from 5 MiB: two whole parts and a rest.
    parts: { largestSingle: 6 * MEBIBYTE, part: 5 * MEBIBYTE },
  });
});

afterAll(async () => {
  await store.close();
  await proxy.stop();
  await r2.stop();
});

beforeEach(() => {
  number += 1;
  proxy.use(() => undefined);
});

async function aLargeObject() {
  const fromKey = `large/${String(number)}`;
  const toKey = `.unwind-quarantine/run-${String(number)}/${fromKey}`;
  await r2.put({
    key: fromKey,
    body: BODY,
    contentType: 'video/mp4',
    contentEncoding: 'identity',
    cacheControl: 'max-age=60',
    customMetadata: { owner: 'u-1' },
  });
  const facts = (await store.statMany([fromKey])).get(fromKey);
  if (facts === undefined) throw new Error('the object was just stored');
  proxy.use(() => undefined);
  const { etag, sizeBytes } = facts;
  return { facts, request: { fromKey, toKey, ifSourceMatch: etag, sizeBytes } };
}

const isBegin = ({ method, path }: SeenRequest) => method === 'POST' && path.includes('uploads');
const isPart = ({ path }: SeenRequest) => path.includes('partNumber=');
const isComplete = ({ method, path }: SeenRequest) =>
  method === 'POST' && path.includes('uploadId=');
const isAbort = ({ method, path }: SeenRequest) =>
  method === 'DELETE' && path.includes('uploadId=');

describe('R2 copy in parts', () => {
  test('copies an object above the limit in parts of one size, with its headers and metadata', async () => {
    const { facts, request } = await aLargeObject();

    const { etag } = await store.copy(request);

    const ranges = proxy.seen
      .filter(isPart)
      .map(({ headers }) => headers['x-amz-copy-source-range']);
    expect(ranges.toSorted()).toEqual([
      'bytes=0-5242879',
      'bytes=10485760-12582911',
      'bytes=5242880-10485759',
    ]);
    expect(await r2.headersOf(request.toKey)).toEqual(await r2.headersOf(request.fromKey));
    expect(etag).toMatch(/-3$/);
    expect(etag).not.toBe(facts.etag);
    expect(await store.hash(request.toKey, { ifMatch: etag })).toEqual(
      await store.hash(request.fromKey, { ifMatch: facts.etag }),
    );
  });

  test('is proved by content, whatever the ETag of the copy, and found again by the next attempt', async () => {
    const { facts, request } = await aLargeObject();
    const order = { source: facts, toKey: request.toKey, expectedSha256: null };

    const made = await copyVerified(store, order);
    const found = await copyVerified(store, order);

    expect(made.kind).toBe('copied');
    expect(found).toEqual(made);
    expect(proxy.seen.filter(isBegin)).toHaveLength(1);
  });

  test('asks for nothing to be overwritten with the last step', async () => {
    const { request } = await aLargeObject();

    await store.copy(request);

    expect(proxy.seen.find(isComplete)?.headers['if-none-match']).toBe('*');
  });

  test('sends no condition with a part, which R2 does not implement', async () => {
    const { request } = await aLargeObject();

    await store.copy(request);

    const names = proxy.seen.filter(isPart).flatMap(({ headers }) => Object.keys(headers));
    expect(names.filter((name) => name.startsWith('x-amz-copy-source-if'))).toEqual([]);
  });

  test.each([
    ['a shorter one', 'newer'],
    ['one of the same length', Buffer.alloc(BODY.length, 'n')],
  ])('gives its parts up when the source is overwritten by %s while it copies', async (_, body) => {
    const { request } = await aLargeObject();
    proxy.use(async (seen) => {
      if (!seen.path.includes('partNumber=2')) return undefined;
      await r2.put({ key: request.fromKey, body });
      return undefined;
    });

    await expect(store.copy(request)).rejects.toMatchObject({ code: 'R2_OBJECT_CHANGED' });
    expect(proxy.seen.filter(isComplete)).toEqual([]);
    expect(proxy.seen.filter(isAbort)).toHaveLength(1);
    expect(await r2.headersOf(request.toKey)).toBeUndefined();
  });

  test('copies a part again that failed, and only that part', async () => {
    const { request } = await aLargeObject();
    proxy.use(firstTimes(1, s3Error(500, 'InternalError'), isPart));

    await store.copy(request);

    expect(proxy.seen.filter(isPart)).toHaveLength(4);
    expect(proxy.seen.filter(isBegin)).toHaveLength(1);
  });

  test('takes a copy whose last answer was lost for its own', async () => {
    const { request } = await aLargeObject();
    proxy.use(firstTimes(1, { kind: 'lose-answer' }, isComplete));

    await store.copy(request);

    expect(proxy.seen.filter(isBegin)).toHaveLength(1);
    expect(await r2.headersOf(request.toKey)).toBeDefined();
  });

  test('gives its parts up and begins again when the last step fails', async () => {
    const { request } = await aLargeObject();
    proxy.use(firstTimes(1, s3Error(500, 'InternalError'), isComplete));

    await store.copy(request);

    expect(proxy.seen.filter(isBegin)).toHaveLength(2);
    expect(proxy.seen.filter(isAbort)).toHaveLength(1);
  });

  test('never overwrites an object at the destination', async () => {
    const { request } = await aLargeObject();
    await r2.put({ key: request.toKey, body: 'older' });

    await expect(store.copy(request)).rejects.toMatchObject({ code: 'R2_OBJECT_EXISTS' });
    expect(await r2.read(request.toKey)).toBe('older');
  });

  test('gives up what a process left that died, where the server lists it, under the quarantine only', async () => {
    const { request } = await aLargeObject();
    const listing = (key: string) =>
      `<ListMultipartUploadsResult><Upload><Key>${key}</Key><UploadId>left-over</UploadId></Upload><Upload><Key>${key}-other</Key><UploadId>foreign</UploadId></Upload></ListMultipartUploadsResult>`;
    const list = (toKey: string) =>
      proxy.use(({ method, path }) =>
        method === 'GET' && path.includes('uploads')
          ? { kind: 'answer', status: 200, body: listing(toKey) }
          : undefined,
      );

    list(request.toKey);
    await store.copy(request);
    const aborted = proxy.seen.filter(isAbort).map(({ path }) => path);
    const elsewhere = { ...request, toKey: `restored/${String(number)}` };
    list(elsewhere.toKey);
    await store.copy(elsewhere);

    expect(aborted).toHaveLength(1);
    expect(aborted[0]).toContain('uploadId=left-over');
    expect(proxy.seen.filter(isAbort)).toEqual([]);
  });
});
