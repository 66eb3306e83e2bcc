import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_PATIENCE } from '../../../src/main/adapters/r2/connect-r2.ts';
import { fromS3 } from '../../../src/main/adapters/r2/errors.ts';
import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import { retryByTable } from '../../../src/main/adapters/r2/retry-by-table.ts';
import type { ObjectStore } from '../../../src/main/core/ports/object-store.ts';
import { OperatorError } from '../../../src/shared/domain/operator-error.ts';
import { QUICK_PATIENCE } from '../../support/r2/quick-patience.ts';
import {
  type FaultProxy,
  firstTimes,
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

describe('R2 retries', () => {
  test('repeat a request that failed twice with a 5xx', async () => {
    proxy.use(firstTimes(2, s3Error(503, 'ServiceUnavailable')));

    await store.checkAccess();

    expect(proxy.seen).toHaveLength(3);
  });

  test('give up after three attempts with the last error', async () => {
    proxy.use(() => s3Error(500, 'InternalError'));

    await expect(store.checkAccess()).rejects.toMatchObject({
      code: 'R2_FAILED',
      details: { httpStatus: 500, vendorCode: 'InternalError' },
    });
    expect(proxy.seen).toHaveLength(3);
  });

  test('do not repeat what the error table calls final', async () => {
    proxy.use(() => s3Error(403, 'AccessDenied'));

    await expect(store.checkAccess()).rejects.toMatchObject({ code: 'R2_DENIED' });
    expect(proxy.seen).toHaveLength(1);
  });

  test('do not repeat a request that the endpoint does not take', async () => {
    proxy.use(() => s3Error(501, 'NotImplemented'));

    await expect(store.checkAccess()).rejects.toMatchObject({ code: 'R2_UNSUPPORTED' });
    expect(proxy.seen).toHaveLength(1);
  });

  test('have more patience with an endpoint that asks to slow down than with one that fails', async () => {
    proxy.use(firstTimes(6, s3Error(429, 'TooManyRequests')));

    await store.checkAccess();

    expect(proxy.seen).toHaveLength(7);
  });

  test('repeat a request whose connection was cut', async () => {
    proxy.use(firstTimes(1, { kind: 'cut' }));

    await store.checkAccess();

    expect(proxy.seen).toHaveLength(2);
  });

  test('wait as long as the server asks', async () => {
    proxy.use(firstTimes(1, s3Error(429, 'TooManyRequests', { 'retry-after': '1' })));
    const startedAt = performance.now();

    await store.checkAccess();

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(950);
  });

  test('hand a server that asks for too long a wait to the caller at once', async () => {
    proxy.use(() => s3Error(503, 'SlowDown', { 'retry-after': '3600' }));

    await expect(store.checkAccess()).rejects.toMatchObject({
      code: 'R2_RATE_LIMITED',
      details: { retryAfterMs: 3_600_000 },
    });
    expect(proxy.seen).toHaveLength(1);
  });
});

describe('R2 time limits', () => {
  /** How `work` ends with the given limits, and that it ends long before the limits that are not tested. */
  async function endOf(
    limits: { readonly idleTimeoutMs: number; readonly requestTimeoutMs: number },
    work: (store: ObjectStore) => Promise<unknown>,
  ): Promise<unknown> {
    const impatient = openR2ObjectStore({
      ...r2.address,
      endpoint: proxy.endpoint,
      patience: { ...limits, attempts: 1 },
    });
    const startedAt = performance.now();
    const end: unknown = await work(impatient).catch((error: unknown) => error);
    await impatient.close();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    return end;
  }

  test('end a request whose socket is silent', async () => {
    proxy.use(() => ({ kind: 'hang' }));
    const limits = { idleTimeoutMs: 100, requestTimeoutMs: 25_000 };

    const end = await endOf(limits, (impatient) => impatient.checkAccess());

    expect(end).toMatchObject({ code: 'R2_UNREACHABLE' });
  });

  test('end a request as a whole, whatever its socket does', async () => {
    proxy.use(() => ({ kind: 'hang' }));
    const limits = { idleTimeoutMs: 25_000, requestTimeoutMs: 100 };

    const end = await endOf(limits, (impatient) => impatient.checkAccess());

    expect(end).toMatchObject({ code: 'R2_UNREACHABLE' });
  });

  test('leave a reading alone that takes longer than a request may', async () => {
    await r2.put({ key: 'limits/b', body: 'content' });
    proxy.use(async () => {
      await sleep(300);
      return { kind: 'pass' };
    });
    const limits = { idleTimeoutMs: 25_000, requestTimeoutMs: 100 };

    const end = await endOf(limits, (slow) => slow.hash('limits/b', { ifMatch: md5('content') }));

    expect(end).toMatchObject({ sizeBytes: 7 });
  });

  test('end a reading whose body stalls', async () => {
    await r2.put({ key: 'limits/a', body: 'x'.repeat(100_000) });
    proxy.use(() => ({ kind: 'stall', bytes: 500 }));
    const limits = { idleTimeoutMs: 200, requestTimeoutMs: 25_000 };

    const end = await endOf(limits, (impatient) =>
      impatient.hash('limits/a', { ifMatch: md5('x'.repeat(100_000)) }),
    );

    expect(end).toMatchObject({ code: 'R2_UNREACHABLE' });
  });
});

describe('R2 connection', () => {
  test('cancels what is under way when it is closed, and everything after', async () => {
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    proxy.use(() => {
      arrived();
      return { kind: 'hang' };
    });
    const other = openR2ObjectStore({ ...r2.address, endpoint: proxy.endpoint });
    const underWay = expect(other.checkAccess()).rejects.toMatchObject({ code: 'CANCELLED' });
    await arrival;

    await other.close();

    await underWay;
    await expect(other.checkAccess()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('cancels a wait before the next attempt when it is closed', async () => {
    const closing = new AbortController();
    const cause = Object.assign(new Error('made by a test'), {
      $metadata: { httpStatusCode: 429 },
      $response: { headers: { 'retry-after': '20' } },
    });
    const attempt = () => {
      setImmediate(() => {
        closing.abort(new OperatorError('CANCELLED', { message: 'closed', hint: 'none' }));
      });
      return Promise.reject(fromS3(cause, { tried: 'wait', bucket: 'b', endpoint: 'e' }));
    };

    const waiting = retryByTable(attempt, { policy: DEFAULT_PATIENCE, signal: closing.signal });

    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('R2 hash', () => {
  test('reads again after a body that broke off', async () => {
    await r2.put({ key: 'hash/a', body: 'x'.repeat(100_000) });
    proxy.use(firstTimes(1, { kind: 'truncate', bytes: 500 }));

    const hash = await store.hash('hash/a', { ifMatch: md5('x'.repeat(100_000)) });

    expect(hash).toMatchObject({ sizeBytes: 100_000, md5: md5('x'.repeat(100_000)) });
  });

  test('never takes a body that broke off for the content', async () => {
    await r2.put({ key: 'hash/b', body: 'x'.repeat(100_000) });
    proxy.use(() => ({ kind: 'truncate', bytes: 500 }));

    const hash = store.hash('hash/b', { ifMatch: md5('x'.repeat(100_000)) });

    await expect(hash).rejects.toMatchObject({ code: 'R2_UNREACHABLE' });
    expect(proxy.seen).toHaveLength(3);
  });
});

describe('R2 hash › identity', () => {
  test('is not taken from a server that ignores the condition', async () => {
    await r2.put({ key: 'hash/c', body: 'content' });
    const fault = { kind: 'answer', status: 200, headers: { etag: '"other"' }, body: 'x' } as const;
    proxy.use(() => fault);

    const hash = store.hash('hash/c', { ifMatch: md5('content') });

    await expect(hash).rejects.toMatchObject({ code: 'R2_OBJECT_CHANGED' });
  });

  test('is part of what is asked for', async () => {
    await store.hash('hash/c', { ifMatch: md5('content') });

    expect(proxy.seen[0]?.headers['if-match']).toBe(`"${md5('content')}"`);
  });

  test('accepts an ETag that a re-encoding server marked as weak', async () => {
    const headers = { etag: `W/"${md5('content')}"` };
    proxy.use(() => ({ kind: 'answer', status: 200, headers, body: 'content' }));

    const hash = await store.hash('hash/c', { ifMatch: md5('content') });

    expect(hash.md5).toBe(md5('content'));
  });
});

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
