import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  connectR2,
  DEFAULT_PATIENCE,
  type R2Connection,
} from '../../../src/main/adapters/r2/connect-r2.ts';
import { SPARSE_BELOW, statMany } from '../../../src/main/adapters/r2/stat-many.ts';
import { compareUtf8 } from '../../../src/main/adapters/r2/utf8-order.ts';
import type { ObjectFacts } from '../../../src/shared/domain/plan.ts';
import { type FaultProxy, startFaultProxy } from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let proxy: FaultProxy;
let connection: R2Connection;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
  connection = connectR2({ ...r2.address, endpoint: proxy.endpoint }, DEFAULT_PATIENCE);
  await r2.putKeys(numbered('dense', 1300));
});

afterAll(async () => {
  connection.close();
  await proxy.stop();
  await r2.stop();
});

beforeEach(() => {
  proxy.use(() => undefined);
});

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}/${String(index + 10_000)}`);
}

function countOf(method: string): number {
  return proxy.seen.filter((seen) => seen.method === method).length;
}

function byKey(facts: ReadonlyMap<string, ObjectFacts>): readonly ObjectFacts[] {
  return [...facts.values()].sort((left, right) => compareUtf8(left.key, right.key));
}

describe('statMany › strategy', () => {
  test('lists pages where keys are dense', async () => {
    const keys = numbered('dense', 1300);

    const facts = await statMany(connection, keys);

    expect(facts.size).toBe(1300);
    expect(countOf('HEAD')).toBe(0);
    expect(countOf('GET')).toBeLessThanOrEqual(5);
  });

  test('asks key by key where keys are few, after one listing', async () => {
    const keys = numbered('dense', 1300).filter((_, index) => index % 130 === 0);

    const facts = await statMany(connection, keys);

    expect(facts.size).toBe(10);
    expect(countOf('GET')).toBe(1);
    expect(countOf('HEAD')).toBe(9);
  });

  test('changes to HEADs where a page settles too few keys', async () => {
    const keys = numbered('dense', 1300).filter((_, index) => index % 50 === 0);

    const facts = await statMany(connection, keys);

    expect(facts.size).toBe(26);
    expect(countOf('GET')).toBe(2);
    expect(countOf('HEAD')).toBe(5);
  });

  test('settles keys beyond the last object without asking for each', async () => {
    const facts = await statMany(connection, numbered('zzz-beyond', 1000));

    expect(facts.size).toBe(0);
    expect(proxy.seen.length).toBeLessThanOrEqual(2);
  });

  test('takes the size from a listing where a HEAD does not give it', async () => {
    const [first = '', second = ''] = numbered('dense', 2);
    proxy.use(({ method }) =>
      method === 'HEAD'
        ? {
            kind: 'answer',
            status: 200,
            headers: { etag: '"e"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' },
          }
        : undefined,
    );

    const facts = await statMany(connection, [first, second]);

    expect(facts.get(second)?.sizeBytes).toBe(Buffer.byteLength(second));
  });
});

describe('statMany › equal answers', () => {
  const segment = fc.constantFrom(
    'a',
    'b',
    '.',
    '..',
    '%',
    '+',
    ' ',
    'é',
    '\uFFFD',
    '\u{1F600}',
    '/',
  );
  const name = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));

  test('come from listing, from HEADs and from both, for any stored and wanted keys', async () => {
    let round = 0;
    const property = fc.asyncProperty(
      fc.uniqueArray(name, { maxLength: 12 }),
      fc.uniqueArray(name, { maxLength: 12 }),
      async (stored, others) => {
        round += 1;
        const under = (each: string) => `property-${String(round)}/${each}`;
        await r2.put(...stored.map((each) => ({ key: under(each), body: each })));
        const wanted = [...new Set([...stored, ...others])].map(under).sort(compareUtf8);

        const [listed, asked, mixed] = await Promise.all(
          [0, Infinity, SPARSE_BELOW].map((sparseBelow) =>
            statMany(connection, wanted, { sparseBelow }),
          ),
        );

        const expected = stored.map(under).sort(compareUtf8);
        expect(byKey(listed ?? new Map()).map(({ key }) => key)).toEqual(expected);
        expect(byKey(asked ?? new Map())).toEqual(byKey(listed ?? new Map()));
        expect(byKey(mixed ?? new Map())).toEqual(byKey(listed ?? new Map()));
      },
    );

    await fc.assert(property, { numRuns: 40 });
  });

  test('come from listing and from HEADs over 1,300 objects of which some are wanted', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 900 }),
      async (everyNth, sparseBelow) => {
        const objects = numbered('dense', 1300).filter((_, index) => index % everyNth === 0);
        const absent = objects.map((key) => `${key}-absent`);
        const wanted = [...objects, ...absent].sort(compareUtf8).slice(0, 1500);

        const facts = await statMany(connection, wanted, { sparseBelow });

        expect(byKey(facts).map(({ key }) => key)).toEqual(
          wanted.filter((key) => !key.endsWith('-absent')),
        );
      },
    );

    await fc.assert(property, { numRuns: 6 });
  });
});
