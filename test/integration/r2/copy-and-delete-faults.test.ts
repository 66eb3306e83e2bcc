import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import type { ObjectStore } from '../../../src/main/core/ports/object-store.ts';
import { QUICK_PATIENCE } from '../../support/r2/quick-patience.ts';
import {
  type FaultProxy,
  firstTimes,
  readOnlyAfter,
  type SeenRequest,
  s3Error,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let proxy: FaultProxy;
let store: ObjectStore;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
  store = openR2ObjectStore({
    ...r2.address,
    endpoint: proxy.endpoint,
    patience: QUICK_PATIENCE,
  });
});

afterAll(async () => {
  await store.close();
  await proxy.stop();
  await r2.stop();
});

beforeEach(() => {
  proxy.use(() => undefined);
});

describe('R2 copy', () => {
  test('takes a copy whose answer was lost for its own, and does not copy twice', async () => {
    const request = await aCopy('lost');
    proxy.use(firstTimes(1, { kind: 'lose-answer' }, isCopy));

    await store.copy(request);

    expect(await r2.read(request.toKey)).toBe('content of lost');
    expect(proxy.seen.filter(isCopy)).toHaveLength(1);
  });

  test('takes a copy that was answered with a 5xx but never made up again', async () => {
    const request = await aCopy('failed');
    proxy.use(firstTimes(2, s3Error(500, 'InternalError'), isCopy));

    await store.copy(request);

    expect(await r2.read(request.toKey)).toBe('content of failed');
  });

  test('recognises its own copy of an object that was uploaded in parts by content', async () => {
    const fromKey = 'copy/parts';
    await r2.putInParts(fromKey, 'in parts');
    const etag = (await store.statMany([fromKey])).get(fromKey)?.etag ?? '';
    proxy.use(firstTimes(1, { kind: 'lose-answer' }, isCopy));

    await store.copy({ fromKey, toKey: 'copy/q-parts', ifSourceMatch: etag, sizeBytes: 8 });

    expect(etag).toMatch(/-1$/);
    expect(proxy.seen.filter(({ method }) => method === 'GET')).toHaveLength(2);
  });

  test.each([
    ['of another size', 'foreign'],
    ['of the same size', 'CONTENT OF raced'],
  ])('reports a foreign object %s that appeared after a lost answer', async (_, body) => {
    const request = await aCopy('raced', `copy/q-raced-${String(body.length)}`);
    proxy.use(async (seen) => {
      if (!isCopy(seen)) return undefined;
      await r2.put({ key: request.toKey, body });
      return { kind: 'cut' };
    });

    await expect(store.copy(request)).rejects.toMatchObject({ code: 'R2_OBJECT_EXISTS' });
    expect(await r2.read(request.toKey)).toBe(body);
  });

  test('asks the server not to overwrite, under the signature', async () => {
    await store.copy(await aCopy('signed'));

    const [copy] = proxy.seen.filter(isCopy);
    expect(copy?.headers).toMatchObject({
      'cf-copy-destination-if-none-match': '*',
      'x-amz-copy-source-if-match': `"${md5('content of signed')}"`,
      'x-amz-metadata-directive': 'COPY',
      authorization: expect.stringContaining('cf-copy-destination-if-none-match'),
    });
  });

  test.each(['foreign', 'content of refused'])(
    'reports a destination that someone else made just before, whatever it holds: %s',
    async (body) => {
      const request = await aCopy('refused', `copy/q-refused-${String(body.length)}`);
      proxy.use(async (seen) => {
        if (!isCopy(seen)) return undefined;
        await r2.put({ key: request.toKey, body });
        return s3Error(412, 'PreconditionFailed');
      });

      await expect(store.copy(request)).rejects.toMatchObject({ code: 'R2_OBJECT_EXISTS' });
      expect(proxy.seen.filter(isCopy)).toHaveLength(1);
    },
  );

  test('says that the source is gone when the server only says that a condition failed', async () => {
    const request = await aCopy('vanished');
    proxy.use(async (seen) => {
      if (!isCopy(seen)) return undefined;
      await r2.remove(request.fromKey);
      return s3Error(412, 'PreconditionFailed');
    });

    await expect(store.copy(request)).rejects.toMatchObject({ code: 'R2_OBJECT_NOT_FOUND' });
  });

  test('does not take a copy of newer content for its own', async () => {
    const request = await aCopy('newer');
    proxy.use(async (seen) => {
      if (!isCopy(seen)) return undefined;
      const body = 'newer content';
      await r2.put({ key: request.fromKey, body }, { key: request.toKey, body });
      return { kind: 'cut' };
    });

    await expect(store.copy(request)).rejects.toMatchObject({ code: 'R2_OBJECT_EXISTS' });
  });

  test('makes three attempts in all, also where looking at the destination fails', async () => {
    const request = await aCopy('looking');
    proxy.use(() => ({ kind: 'answer', status: 500 }));

    await expect(store.copy(request)).rejects.toMatchObject({ code: 'R2_FAILED' });
    expect(proxy.seen).toHaveLength(3);
  });

  test('settles a refusal that its own lost copy caused', async () => {
    const request = await aCopy('late');
    let copies = 0;
    proxy.use(async (seen) => {
      if (!isCopy(seen)) return undefined;
      copies += 1;
      if (copies === 1) return { kind: 'cut' };
      await r2.put({ key: request.toKey, body: 'content of late' });
      return s3Error(412, 'PreconditionFailed');
    });

    await store.copy(request);

    expect(copies).toBe(2);
  });
});

describe('R2 delete', () => {
  test('repeats a batch whose answer was lost', async () => {
    await r2.put({ key: 'delete/a', body: 'a' });
    proxy.use(firstTimes(1, { kind: 'lose-answer' }, isDelete));

    expect(await store.deleteMany(['delete/a'])).toEqual([]);

    expect(await r2.read('delete/a')).toBeUndefined();
  });

  test('halves a batch that fails as a whole', async () => {
    const keys = await seeded('halved', 20);
    proxy.use((seen) => (countKeys(seen) > 5 ? s3Error(500, 'InternalError') : undefined));

    expect(await store.deleteMany(keys)).toEqual([]);

    expect(await r2.keys('halved/')).toEqual([]);
  });

  test('names the one key that makes its batch fail and deletes the others', async () => {
    const keys = await seeded('poison', 8);
    const poison = keys[0] ?? '';
    proxy.use((seen) =>
      seen.body.includes(`<Key>${poison}</Key>`) ? s3Error(500, 'InternalError') : undefined,
    );

    const failures = await store.deleteMany(keys);

    expect(failures).toMatchObject([{ key: poison, code: 'InternalError' }]);
    expect(await r2.keys('poison/')).toEqual([poison]);
  });

  test('stops soon when the store fails and not the batch', async () => {
    const keys = await seeded('failing', 64);
    proxy.use((seen) => (isDelete(seen) ? s3Error(500, 'InternalError') : undefined));

    await expect(store.deleteMany(keys)).rejects.toMatchObject({ code: 'R2_FAILED' });
    expect(proxy.seen.length).toBeLessThan(30);
  });

  test('reports the keys that the store could not delete, with its own code', async () => {
    proxy.use(() => ({
      kind: 'answer',
      status: 200,
      body: '<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>ObjectLockedByBucketPolicy</Code><Message>locked</Message></Error></DeleteResult>',
    }));

    expect(await store.deleteMany(['a', 'b'])).toEqual([
      { key: 'b', code: 'ObjectLockedByBucketPolicy', message: 'locked' },
    ]);
  });

  test('sends the keys again that failed by themselves, and no others', async () => {
    let answers = 0;
    proxy.use((seen) => {
      if (!isDelete(seen) || answers > 0) return undefined;
      answers += 1;
      const body =
        '<DeleteResult><Error><Key>again/b</Key><Code>TooManyRequests</Code><Message>m</Message></Error></DeleteResult>';
      return { kind: 'answer', status: 200, body };
    });

    expect(await store.deleteMany(['again/a', 'again/b', 'again/c'])).toEqual([]);

    const batches = proxy.seen.filter(isDelete);
    expect(batches.map(countKeys)).toEqual([3, 1]);
    expect(batches[1]?.body).toContain('<Key>again/b</Key>');
  });

  test('names the keys that go on failing by themselves', async () => {
    const body =
      '<DeleteResult><Error><Key>b</Key><Code>InternalError</Code><Message>m</Message></Error></DeleteResult>';
    proxy.use(() => ({ kind: 'answer', status: 200, body }));

    expect(await store.deleteMany(['a', 'b'])).toEqual([
      { key: 'b', code: 'InternalError', message: 'm' },
    ]);
    expect(proxy.seen).toHaveLength(3);
  });

  test('halves a batch that is refused as a whole, which a repeat would not help', async () => {
    const keys = await seeded('refused', 4);
    proxy.use((seen) => (countKeys(seen) > 2 ? s3Error(400, 'MalformedXML') : undefined));

    expect(await store.deleteMany(keys)).toEqual([]);

    expect(proxy.seen.map(countKeys)).toEqual([4, 2, 2]);
  });

  test('sends Content-MD5 and no other checksum', async () => {
    await store.deleteMany(['delete/none']);

    const [seen] = proxy.seen.filter(isDelete);
    const checksums = Object.keys(seen?.headers ?? {}).filter((name) => /checksum|md5/.test(name));
    expect(checksums).toEqual(['content-md5']);
    expect(seen?.headers['content-md5']).toBe(
      createHash('md5')
        .update(seen?.body ?? '')
        .digest('base64'),
    );
  });

  test('sends a large batch without waiting for a "100 Continue"', async () => {
    const keys = Array.from({ length: 600 }, (_, index) => '&'.repeat(900) + String(index));

    expect(await store.deleteMany(keys)).toEqual([]);

    expect(Number(proxy.seen[0]?.headers['content-length'])).toBeGreaterThan(2 * 1024 * 1024);
    expect(proxy.seen[0]?.headers['expect']).toBeUndefined();
  });

  test('stops at a bucket that turns read-only and keeps what is left', async () => {
    const keys = await seeded('read-only', 4);
    proxy.use(readOnlyAfter(1));

    await store.deleteMany(keys.slice(0, 2));

    await expect(store.deleteMany(keys.slice(2))).rejects.toMatchObject({ code: 'R2_DENIED' });
    expect(await r2.keys('read-only/')).toEqual(keys.slice(2));
  });
});

async function aCopy(name: string, toKey = `copy/q-${name}`) {
  const body = `content of ${name}`;
  await r2.put({ key: `copy/${name}`, body });
  return { fromKey: `copy/${name}`, toKey, ifSourceMatch: md5(body), sizeBytes: body.length };
}

async function seeded(prefix: string, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, index) => `${prefix}/${String(index + 100)}`);
  await r2.put(...keys.map((key) => ({ key, body: key })));
  return keys;
}

function isCopy({ headers }: SeenRequest): boolean {
  return headers['x-amz-copy-source'] !== undefined;
}

function isDelete({ method, path }: SeenRequest): boolean {
  return method === 'POST' && path.includes('delete');
}

function countKeys({ body }: SeenRequest): number {
  return body.split('<Key>').length - 1;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
