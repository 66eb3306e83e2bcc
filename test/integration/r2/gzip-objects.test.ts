import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import type { ObjectStore } from '../../../src/main/core/ports/object-store.ts';
import { copyVerified } from '../../../src/main/core/run/steps/copy-verified.ts';
import type { ObjectFacts } from '../../../src/shared/domain/plan.ts';
import { QUICK_PATIENCE } from '../../support/r2/quick-patience.ts';
import {
  type FaultProxy,
  type FaultRule,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const PLAIN = Buffer.from('a line that compresses well\n'.repeat(20_000));
const STORED = gzipSync(PLAIN);

let r2: TestR2;
let proxy: FaultProxy;
let store: ObjectStore;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
  store = openR2ObjectStore({ ...r2.address, endpoint: proxy.endpoint, patience: QUICK_PATIENCE });
});

afterAll(async () => {
  await store.close();
  await proxy.stop();
  await r2.stop();
});

beforeEach(() => {
  proxy.use(() => undefined);
});

async function stored(key: string, body: Uint8Array): Promise<ObjectFacts> {
  await r2.put({ key, body, contentEncoding: 'gzip' });
  const facts = (await store.statMany([key])).get(key);
  if (facts === undefined) throw new Error('the object was just stored');
  return facts;
}

/** Answers reads of content with `body`. Without the header it was decompressed on the way, and nobody knew its length beforehand. */
function delivering(etag: string, body: Uint8Array, encoding?: 'gzip'): FaultRule {
  const how =
    encoding === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-encoding': encoding };
  return ({ method, path }) =>
    method === 'GET' && !path.includes('list-type')
      ? { kind: 'answer', status: 200, headers: { etag: `"${etag}"`, ...how }, body }
      : undefined;
}

describe('an object stored as gzip', () => {
  test('is hashed as it is stored and as what is inside, where it is delivered as it is stored', async () => {
    const facts = await stored('gzip/a', STORED);
    proxy.use(delivering(facts.etag, STORED, 'gzip'));

    const hash = await store.hash('gzip/a', { ifMatch: facts.etag });

    expect(hash).toEqual({ ...hashOf(STORED), gunzipped: hashOf(PLAIN) });
  });

  test('is hashed as what is inside, where it is decompressed on the way', async () => {
    const facts = await stored('gzip/b', STORED);
    proxy.use(delivering(facts.etag, PLAIN));

    const hash = await store.hash('gzip/b', { ifMatch: facts.etag });

    expect(hash).toEqual(hashOf(PLAIN));
    expect(hash.sizeBytes).not.toBe(facts.sizeBytes);
  });

  test('is no gzip only because its header says so', async () => {
    const facts = await stored('gzip/c', PLAIN);
    proxy.use(delivering(facts.etag, PLAIN, 'gzip'));

    expect(await store.hash('gzip/c', { ifMatch: facts.etag })).toEqual(hashOf(PLAIN));
  });

  test('has no content inside that anybody could rely on when it is cut off', async () => {
    const cut = STORED.subarray(0, STORED.length - 20);
    const facts = await stored('gzip/d', cut);
    proxy.use(delivering(facts.etag, cut, 'gzip'));

    expect(await store.hash('gzip/d', { ifMatch: facts.etag })).toEqual(hashOf(cut));
  });

  test.each([
    // The local endpoint compresses such a body once more on the way.
    ['compressed again', (): FaultRule => () => undefined],
    ['decompressed', (etag: string): FaultRule => delivering(etag, PLAIN)],
  ])(
    'is proved by a copy that is %s like it, though neither is delivered as stored',
    async (how, rule) => {
      const key = `gzip/${how}`;
      const facts = await stored(key, STORED);
      proxy.use(rule(facts.etag));

      const result = await copyVerified(store, {
        source: facts,
        toKey: `q/${key}`,
        expectedSha256: hashOf(STORED).sha256,
      });

      expect(result).toMatchObject({ kind: 'copied' });
    },
  );

  test('is not proved by a copy of other content', async () => {
    const facts = await stored('gzip/e', STORED);
    const foreign = gzipSync(Buffer.from('another line of the same length\n'.repeat(20_000)));
    await r2.put({ key: 'q/gzip/e', body: foreign, contentEncoding: 'gzip' });

    const result = await copyVerified(store, {
      source: { ...facts, sizeBytes: foreign.length },
      toKey: 'q/gzip/e',
      expectedSha256: hashOf(STORED).sha256,
    });

    expect(result).toMatchObject({ kind: 'destination-differs' });
  });
});

function hashOf(body: Uint8Array) {
  return {
    sha256: createHash('sha256').update(body).digest('hex'),
    md5: createHash('md5').update(body).digest('hex'),
    sizeBytes: body.byteLength,
  };
}
