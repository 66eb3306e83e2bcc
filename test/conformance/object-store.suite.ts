import { createHash } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../src/main/core/ports/object-store.ts';

/** How the suite fills and reads the store behind the port, without going through the port. */
export interface ObjectStoreUnderTest {
  readonly store: () => ObjectStore;
  put(object: { key: string; body: string; contentType?: string }): Promise<void>;
  read(key: string): Promise<string | undefined>;
  contentTypeOf(key: string): Promise<string | undefined>;
  /** Stores each key as its own content, many at a time. */
  putKeys(keys: readonly string[]): Promise<void>;
}

/** Keys that are easily mangled on the way through URLs, XML and headers. In no particular order. */
const AWKWARD_KEYS = [
  'with space',
  'ünïcode/日本語.txt',
  '100%.txt',
  'percent%41',
  'slash%2Fencoded',
  'plus+plus',
  'hash#query?a=b',
  'amp&<tag>"quote\'',
  '/leading/slash',
  'double//slash',
  'trailing/',
  ' leading space',
  'trailing space ',
  'tab\tinside',
  'back\\slash',
  'emoji-\u{1F600}',
  'replacement-\uFFFD',
  'dot.in/...three',
] as const;

/** The behaviour that every `ObjectStore` has. */
export function objectStoreSuite(name: string, subject: ObjectStoreUnderTest): void {
  let prefix = '';
  let prefixNumber = 0;
  beforeEach(() => {
    prefixNumber += 1;
    prefix = `case-${String(prefixNumber)}/`;
  });

  /** Stores one object a name under this test's own prefix and gives the keys in byte order. */
  async function seed(...names: readonly string[]): Promise<readonly string[]> {
    const keys = names.map((each) => prefix + each);
    await Promise.all(keys.map((key) => subject.put({ key, body: bodyOf(key) })));
    return sorted(keys);
  }

  async function etagOf(key: string): Promise<string> {
    return (await subject.store().statMany([key])).get(key)?.etag ?? 'no object';
  }

  describe(`object store (${name}) › access`, () => {
    test('proves access to an existing bucket', async () => {
      await expect(subject.store().checkAccess()).resolves.toBeUndefined();
    });
  });

  describe(`object store (${name}) › stat`, () => {
    test('gives nothing for no keys', async () => {
      expect((await subject.store().statMany([])).size).toBe(0);
    });

    test('gives size, ETag without quotes and time in whole seconds', async () => {
      const [key = ''] = await seed('a.txt');

      const facts = (await subject.store().statMany([key])).get(key);

      expect(facts).toEqual({
        key,
        sizeBytes: Buffer.byteLength(bodyOf(key)),
        etag: md5(bodyOf(key)),
        lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      });
    });

    test('leaves out keys without an object, also before, between and after objects', async () => {
      const keys = await seed('b', 'd');
      const wanted = sorted([...keys, ...['a', 'b0', 'c', 'e'].map((each) => prefix + each)]);

      expect([...(await subject.store().statMany(wanted)).keys()]).toEqual(keys);
    });

    test('does not take an object whose key only begins with the wanted key for it', async () => {
      await seed('a/b.txt', 'a/b');

      const facts = await subject.store().statMany([`${prefix}a`, `${prefix}a/b`]);

      expect([...facts.keys()]).toEqual([`${prefix}a/b`]);
    });

    test('finds an empty object', async () => {
      await subject.put({ key: `${prefix}empty`, body: '' });

      const facts = await subject.store().statMany([`${prefix}empty`]);

      expect(facts.get(`${prefix}empty`)).toMatchObject({ sizeBytes: 0, etag: md5('') });
    });

    test('finds objects whose keys need escaping', async () => {
      const keys = await seed(...AWKWARD_KEYS);

      expect(sorted([...(await subject.store().statMany(keys)).keys()])).toEqual(keys);
    });

    test('finds each awkward key when it is asked for alone', async () => {
      const keys = await seed(...AWKWARD_KEYS);

      const sizes = await Promise.all(
        keys.map(async (key) => (await subject.store().statMany([key])).size),
      );

      expect(sizes).toEqual(keys.map(() => 1));
    });

    test('finds keys with dot segments and does not confuse them with the resolved path', async () => {
      await seed('a/../b', 'c');

      const wanted = [`${prefix}a/../b`, `${prefix}b`, `${prefix}x/../c`];

      expect([...(await subject.store().statMany(wanted)).keys()]).toEqual([`${prefix}a/../b`]);
    });

    test('finds keys with line breaks, alone and among others', async () => {
      const keys = await seed('a', 'line\nbreak', 'line\r\nbreak');

      expect([...(await subject.store().statMany(keys)).keys()].sort()).toEqual([...keys].sort());
      expect((await subject.store().statMany([`${prefix}line\nbreak`])).size).toBe(1);
    });

    test('treats keys that no object can have as absent', async () => {
      const wanted = ['', 'x'.repeat(1025), 'y\uD800'];

      expect((await subject.store().statMany(wanted)).size).toBe(0);
    });

    test('refuses keys that are out of order', async () => {
      await expect(subject.store().statMany(['b', 'a'])).rejects.toMatchObject({
        code: 'INTERNAL',
      });
      await expect(subject.store().statMany(['a', 'a'])).rejects.toMatchObject({
        code: 'INTERNAL',
      });
    });

    test('orders keys by UTF-8 bytes and not by UTF-16 units', async () => {
      const keys = await seed('\uFFFD', '\u{1F600}');

      expect(keys).toEqual([`${prefix}\uFFFD`, `${prefix}\u{1F600}`]);
      expect([...(await subject.store().statMany(keys)).keys()]).toEqual(keys);
    });

    test('sees a change at once', async () => {
      const [key = ''] = await seed('a');
      await subject.store().deleteMany([key]);

      expect((await subject.store().statMany([key])).size).toBe(0);
    });
  });

  describe(`object store (${name}) › list`, () => {
    async function listed(under: string): Promise<readonly string[]> {
      const keys: string[] = [];
      for await (const page of subject.store().list(under))
        keys.push(...page.map(({ key }) => key));
      return keys;
    }

    test('gives nothing under a prefix without objects', async () => {
      expect(await listed(`${prefix}none/`)).toEqual([]);
    });

    test('gives the objects under a prefix in byte order, awkward keys included', async () => {
      const keys = await seed(...AWKWARD_KEYS);

      expect(await listed(prefix)).toEqual(keys);
    });

    test('begins after the key that is named, whether it exists or not', async () => {
      const keys = await seed(...AWKWARD_KEYS);
      const listedAfter = async (after: string): Promise<readonly string[]> => {
        const found: string[] = [];
        for await (const page of subject.store().list(prefix, { after }))
          found.push(...page.map(({ key }) => key));
        return found;
      };

      for (const [index, key] of keys.entries()) {
        expect(await listedAfter(key)).toEqual(keys.slice(index + 1));
        expect(await listedAfter(`${key}\u{1}`)).toEqual(keys.slice(index + 1));
      }
    });

    test('takes the prefix literally', async () => {
      await seed('100%/a', '100/b', '100%25/c');

      expect(await listed(`${prefix}100%/`)).toEqual([`${prefix}100%/a`]);
    });
  });

  describe(`object store (${name}) › hash`, () => {
    test('gives SHA-256, MD5 and size of the content', async () => {
      const [key = ''] = await seed('a.txt');

      const hash = await subject.store().hash(key, { ifMatch: await etagOf(key) });

      expect(hash).toEqual({
        sha256: createHash('sha256').update(bodyOf(key)).digest('hex'),
        md5: md5(bodyOf(key)),
        sizeBytes: Buffer.byteLength(bodyOf(key)),
      });
    });

    test('hashes an empty object', async () => {
      await subject.put({ key: `${prefix}empty`, body: '' });

      const hash = await subject.store().hash(`${prefix}empty`, { ifMatch: md5('') });

      expect(hash).toMatchObject({ md5: md5(''), sizeBytes: 0 });
    });

    test('hashes an object of several megabytes', async () => {
      const body = 'x'.repeat(3_000_001);
      await subject.put({ key: `${prefix}large`, body });

      const hash = await subject.store().hash(`${prefix}large`, { ifMatch: md5(body) });

      expect(hash).toMatchObject({ md5: md5(body), sizeBytes: 3_000_001 });
    });

    test('reads each awkward key', async () => {
      const keys = await seed(...AWKWARD_KEYS);

      const hashes = await Promise.all(
        keys.map((key) => subject.store().hash(key, { ifMatch: md5(bodyOf(key)) })),
      );

      expect(hashes.map((hash) => hash.md5)).toEqual(keys.map((key) => md5(bodyOf(key))));
    });

    test('refuses an object that is not the one it was asked for', async () => {
      const [key = ''] = await seed('a');
      const planned = await etagOf(key);
      await subject.put({ key, body: 'newer' });

      await expect(subject.store().hash(key, { ifMatch: planned })).rejects.toMatchObject({
        code: 'R2_OBJECT_CHANGED',
        details: { key },
      });
    });

    test('says that an object is gone', async () => {
      const gone = subject.store().hash(`${prefix}gone`, { ifMatch: md5('') });

      await expect(gone).rejects.toMatchObject({ code: 'R2_OBJECT_NOT_FOUND' });
    });

    test('refuses a key that a request would resolve to another object', async () => {
      await seed('b');
      const key = `${prefix}a/../b`;

      const hash = subject.store().hash(key, { ifMatch: md5(bodyOf(`${prefix}b`)) });

      await expect(hash).rejects.toMatchObject({ code: 'R2_FAILED' });
    });
  });

  describe(`object store (${name}) › copy`, () => {
    test('copies content and content type', async () => {
      const fromKey = `${prefix}a.png`;
      await subject.put({ key: fromKey, body: 'pixels', contentType: 'image/png' });

      await subject.store().copy({ ...requestFor(fromKey, 'pixels'), toKey: `${prefix}q/a` });

      expect(await subject.read(`${prefix}q/a`)).toBe('pixels');
      expect(await subject.contentTypeOf(`${prefix}q/a`)).toBe('image/png');
      expect(await subject.read(fromKey)).toBe('pixels');
    });

    test('gives the ETag under which the copy can be read', async () => {
      const [fromKey = ''] = await seed('a');
      const toKey = `${prefix}q/a`;

      const { etag } = await subject
        .store()
        .copy({ ...requestFor(fromKey, bodyOf(fromKey)), toKey });

      const hash = await subject.store().hash(toKey, { ifMatch: etag });
      expect(hash.md5).toBe(md5(bodyOf(fromKey)));
    });

    test('copies from and to each awkward key', async () => {
      const keys = await seed(...AWKWARD_KEYS);

      await Promise.all(
        keys.map((key) =>
          subject.store().copy({ ...requestFor(key, bodyOf(key)), toKey: `q/${key}` }),
        ),
      );

      const copies = await Promise.all(keys.map((key) => subject.read(`q/${key}`)));
      expect(copies).toEqual(keys.map(bodyOf));
    });

    test('does not copy a source that is not the planned one', async () => {
      const [fromKey = ''] = await seed('a');
      const toKey = `${prefix}q/a`;

      const copy = subject
        .store()
        .copy({ fromKey, toKey, ifSourceMatch: md5('planned'), sizeBytes: 1 });

      await expect(copy).rejects.toMatchObject({ code: 'R2_OBJECT_CHANGED' });
      expect(await subject.read(toKey)).toBeUndefined();
    });

    test('says that the source is gone', async () => {
      const copy = subject.store().copy({
        ...requestFor(`${prefix}gone`, ''),
        toKey: `${prefix}q/gone`,
      });

      await expect(copy).rejects.toMatchObject({ code: 'R2_OBJECT_NOT_FOUND' });
    });

    test('never overwrites an object at the destination', async () => {
      const [fromKey = ''] = await seed('a');
      const toKey = `${prefix}q/a`;
      await subject.put({ key: toKey, body: 'older' });

      const copy = subject.store().copy({ ...requestFor(fromKey, bodyOf(fromKey)), toKey });

      await expect(copy).rejects.toMatchObject({
        code: 'R2_OBJECT_EXISTS',
        details: { destination: toKey },
      });
      expect(await subject.read(toKey)).toBe('older');
    });

    test('reports a destination that exists even when its content is the same', async () => {
      const [fromKey = ''] = await seed('a');
      const toKey = `${prefix}q/a`;
      await subject.put({ key: toKey, body: bodyOf(fromKey) });

      const copy = subject.store().copy({ ...requestFor(fromKey, bodyOf(fromKey)), toKey });

      await expect(copy).rejects.toMatchObject({ code: 'R2_OBJECT_EXISTS' });
    });

    test('refuses keys that a request would resolve to another object', async () => {
      const [fromKey = ''] = await seed('a');

      for (const toKey of [`${prefix}q/../b`, `${prefix}.`, '']) {
        const copy = subject.store().copy({ ...requestFor(fromKey, bodyOf(fromKey)), toKey });
        await expect(copy).rejects.toMatchObject({ code: 'R2_FAILED' });
      }
    });
  });

  describe(`object store (${name}) › 1,001 objects`, () => {
    const keys = sorted(numbered(1001).map((each) => `many/${each}`));
    beforeAll(() => subject.putKeys(keys));

    test('are listed in more than one page without a gap or a repeat', async () => {
      const pages: (readonly string[])[] = [];
      for await (const page of subject.store().list('many/')) {
        pages.push(page.map(({ key }) => key));
      }

      expect(pages.length).toBeGreaterThan(1);
      expect(pages.flat()).toEqual(keys);
    });

    test('are deleted 1,000 at a time', async () => {
      expect(await subject.store().deleteMany(keys.slice(0, 1000))).toEqual([]);

      expect([...(await subject.store().statMany(keys)).keys()]).toEqual(keys.slice(1000));
    });
  });

  describe(`object store (${name}) › delete`, () => {
    test('asks for nothing when there are no keys', async () => {
      expect(await subject.store().deleteMany([])).toEqual([]);
    });

    test('deletes exactly the given keys', async () => {
      const [a = '', b = '', c = ''] = await seed('a', 'b', 'c');

      expect(await subject.store().deleteMany([a, c])).toEqual([]);

      expect([...(await subject.store().statMany([a, b, c])).keys()]).toEqual([b]);
    });

    test('deletes each awkward key and no other', async () => {
      const keys = await seed(...AWKWARD_KEYS, 'a/../b', 'b');
      const doomed = keys.filter((key) => key !== `${prefix}b`);

      expect(await subject.store().deleteMany(doomed)).toEqual([]);

      expect([...(await subject.store().statMany(keys)).keys()]).toEqual([`${prefix}b`]);
    });

    test('reports a missing key as deleted', async () => {
      expect(await subject.store().deleteMany([`${prefix}never-there`])).toEqual([]);
    });

    test('refuses more than 1,000 keys', async () => {
      const keys = numbered(1001).map((name) => prefix + name);

      await expect(subject.store().deleteMany(keys)).rejects.toMatchObject({ code: 'INTERNAL' });
    });

    test('reports keys that no object can have', async () => {
      const failures = await subject.store().deleteMany(['', 'x'.repeat(1025)]);

      expect(failures.map(({ code }) => code)).toEqual(['InvalidKey', 'InvalidKey']);
    });
  });

  describe(`object store (${name}) › diagnosis`, () => {
    test('names each condition once, finds none that fails, and leaves the objects as they are', async () => {
      const [key = ''] = await seed('a');

      const checks = await subject.store().diagnose();

      expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(new Set(checks.map((check) => check.name)).size).toBe(checks.length);
      expect(await subject.read(key)).toBe(bodyOf(key));
    });
  });
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `f${String(index)}`);
}

function bodyOf(key: string): string {
  return `body of ${key}`;
}

/** What a copy of the object with this body says about its source. */
function requestFor(fromKey: string, body: string) {
  return { fromKey, ifSourceMatch: md5(body), sizeBytes: Buffer.byteLength(body) };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function sorted(keys: readonly string[]): readonly string[] {
  return [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
