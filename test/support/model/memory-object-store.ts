import { createHash } from 'node:crypto';
import { fitsPath, isPossibleKey } from '../../../src/main/adapters/r2/key-rules.ts';
import { compareUtf8 } from '../../../src/main/adapters/r2/utf8-order.ts';
import type { ContentHash, ObjectStore } from '../../../src/main/core/ports/object-store.ts';
import type { ErrorCode } from '../../../src/shared/domain/error-codes.ts';
import { invariant, OperatorError } from '../../../src/shared/domain/operator-error.ts';
import type { ObjectFacts } from '../../../src/shared/domain/plan.ts';

/** An object as the bucket keeps it. */
export interface MemoryObject {
  readonly body: string;
  readonly contentType: string | undefined;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly putAtMs: number;
}

/** A bucket in memory, and the way around the port that a test needs. */
export interface MemoryBucket {
  readonly store: ObjectStore;
  put(object: { readonly key: string; readonly body: string; readonly contentType?: string }): void;
  remove(key: string): void;
  /** Everything in it, by key. A change of the bucket does not change what was given out. */
  objects(): ReadonlyMap<string, MemoryObject>;
  /** Puts everything back as it was in `objects`. */
  restore(objects: ReadonlyMap<string, MemoryObject>): void;
}

const PAGE_OBJECTS = 1_000;
const MAX_STAT_KEYS = 5_000;
const MAX_DELETE_KEYS = 1_000;

/**
 * R2 as the port promises it, in memory: where a test needs thousands of buckets, or one whose state it can take back. Counts only
 * because it passes the conformance suite of the real one. `onChange` is told of each change that is asked for through the port, before
 * the answer.
 */
export function memoryBucket(
  nowMs: () => number,
  onChange: (objects: ReadonlyMap<string, MemoryObject>) => void = () => undefined,
): MemoryBucket {
  let objects = new Map<string, MemoryObject>();

  function existing(key: string, tried: string): MemoryObject {
    const object = objects.get(key);
    if (object === undefined) throw bucketError('R2_OBJECT_NOT_FOUND', tried, { key });
    return object;
  }

  const store: ObjectStore = {
    bucket: 'memory',
    endpoint: 'memory',
    checkAccess: () => Promise.resolve(),
    statMany: async (keys) => {
      invariant(keys.length <= MAX_STAT_KEYS, 'statMany takes up to 5,000 keys');
      const isSorted = keys.every(
        (key, at) => at === 0 || compareUtf8(keys[at - 1] ?? '', key) < 0,
      );
      invariant(isSorted, 'statMany takes keys in order and without repeats');
      return Promise.resolve(
        new Map(
          keys.flatMap((key) => {
            const object = objects.get(key);
            return object === undefined ? [] : [[key, factsOf(key, object)] as const];
          }),
        ),
      );
    },
    list: async function* (prefix, options) {
      const keys = [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .filter((key) => options === undefined || compareUtf8(key, options.after) > 0)
        .sort(compareUtf8);
      for (let at = 0; at < keys.length; at += PAGE_OBJECTS) {
        const page = keys.slice(at, at + PAGE_OBJECTS).flatMap((key) => {
          const object = objects.get(key);
          return object === undefined ? [] : [factsOf(key, object)];
        });
        yield await Promise.resolve(page);
      }
    },
    hash: async (key, { ifMatch }) => {
      refuseUnaddressable(key);
      const object = existing(key, `read ${key}`);
      if (etagOf(object) !== ifMatch)
        throw bucketError('R2_OBJECT_CHANGED', `read ${key}`, { key });
      return Promise.resolve(hashOf(object));
    },
    copy: async ({ fromKey, toKey, ifSourceMatch }) => {
      refuseUnaddressable(fromKey);
      refuseUnaddressable(toKey);
      const tried = `copy ${fromKey}`;
      const source = existing(fromKey, tried);
      if (etagOf(source) !== ifSourceMatch) {
        throw bucketError('R2_OBJECT_CHANGED', tried, { key: fromKey });
      }
      if (objects.has(toKey)) {
        throw bucketError('R2_OBJECT_EXISTS', tried, { key: fromKey, destination: toKey });
      }
      objects.set(toKey, { ...source, putAtMs: nowMs() });
      onChange(objects);
      return Promise.resolve({ etag: etagOf(source) });
    },
    deleteMany: async (keys) => {
      invariant(keys.length <= MAX_DELETE_KEYS, 'deleteMany takes up to 1,000 keys');
      for (const key of keys) objects.delete(key);
      onChange(objects);
      return Promise.resolve(
        keys
          .filter((key) => !isPossibleKey(key))
          .map((key) => ({ key, code: 'InvalidKey', message: 'no object can have this key' })),
      );
    },
    diagnose: () =>
      Promise.resolve([
        {
          name: 'bucket.reachable',
          title: 'The bucket answers',
          state: 'ok',
          finding: 'It is in memory.',
          fix: null,
        },
      ]),
    close: () => Promise.resolve(),
  };

  return {
    store,
    put: ({ key, body, contentType }) => {
      objects.set(key, { body, contentType, putAtMs: nowMs() });
    },
    remove: (key) => {
      objects.delete(key);
    },
    objects: () => new Map(objects),
    restore: (earlier) => {
      objects = new Map(earlier);
    },
  };
}

function factsOf(key: string, object: MemoryObject): ObjectFacts {
  const seconds = Math.floor(object.putAtMs / 1_000);
  return {
    key,
    sizeBytes: Buffer.byteLength(object.body),
    etag: etagOf(object),
    lastModified: new Date(seconds * 1_000).toISOString(),
  };
}

function etagOf({ body }: MemoryObject): string {
  return createHash('md5').update(body).digest('hex');
}

function hashOf(object: MemoryObject): ContentHash {
  return {
    sha256: createHash('sha256').update(object.body).digest('hex'),
    md5: etagOf(object),
    sizeBytes: Buffer.byteLength(object.body),
  };
}

function refuseUnaddressable(key: string): void {
  if (isPossibleKey(key) && fitsPath(key)) return;
  throw bucketError('R2_FAILED', `name ${key} in a request`, { key });
}

function bucketError(
  code: ErrorCode,
  tried: string,
  details: Readonly<Record<string, string>>,
): OperatorError {
  return new OperatorError(code, {
    message: `Could not ${tried}: ${code}.`,
    hint: 'This bucket is in memory.',
    details,
  });
}
