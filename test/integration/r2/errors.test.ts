import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { R2Address } from '../../../src/main/adapters/r2/connect-r2.ts';
import { fromS3 } from '../../../src/main/adapters/r2/errors.ts';
import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import type { ObjectStore } from '../../../src/main/core/ports/object-store.ts';
import type { ErrorCode } from '../../../src/shared/domain/error-codes.ts';
import { type OperatorError, toWire } from '../../../src/shared/domain/operator-error.ts';
import { QUICK_PATIENCE } from '../../support/r2/quick-patience.ts';
import {
  type Fault,
  type FaultProxy,
  s3Error,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let proxy: FaultProxy;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
  await r2.put({ key: 'there', body: 'there' });
});

afterAll(async () => {
  await proxy.stop();
  await r2.stop();
});

/** The error of `work` against the bucket, with `change` made to its address. */
async function failureOf(
  change: Partial<R2Address>,
  work: (store: ObjectStore) => Promise<unknown>,
): Promise<OperatorError> {
  const store = openR2ObjectStore({ ...r2.address, ...change, patience: QUICK_PATIENCE });
  const error = await work(store).then(
    () => expect.fail('nothing failed'),
    (thrown: unknown) => thrown,
  );
  await store.close();
  return error as OperatorError;
}

function answeredWith(
  fault: Fault,
  work = (store: ObjectStore): Promise<unknown> => store.checkAccess(),
) {
  proxy.use(() => fault);
  return failureOf({ endpoint: proxy.endpoint }, work);
}

describe('R2 errors › from the real endpoint', () => {
  test.each<[string, Partial<R2Address>]>([
    ['a wrong secret', { secretAccessKey: 'wrong' }],
    ['an unknown access key', { accessKeyId: 'unknown' }],
  ])('say that %s was rejected, and show no secret', async (_, change) => {
    const error = await failureOf(change, (store) => store.checkAccess());

    expect(error).toMatchObject({ code: 'R2_CREDENTIALS_REJECTED', exitCode: 4 });
    expect(error.hint).toContain('R2_SECRET_ACCESS_KEY');
    const shown = JSON.stringify(toWire(error));
    expect(shown).not.toContain(r2.address.secretAccessKey);
    expect(shown).not.toContain('wrong');
  });

  test.each<[string, (store: ObjectStore) => Promise<unknown>]>([
    ['access is checked', (store) => store.checkAccess()],
    ['one key is looked at', (store) => store.statMany(['there'])],
    ['a few keys are looked at', (store) => store.statMany(['a', 'b', 'c'])],
    ['an object is read', (store) => store.hash('there', { ifMatch: 'x' })],
    ['objects are deleted', (store) => store.deleteMany(['there'])],
    [
      'an object is copied',
      (store) => store.copy({ fromKey: 'there', toKey: 'q', ifSourceMatch: 'x', sizeBytes: 1 }),
    ],
  ])('say that there is no such bucket when %s', async (_, work) => {
    const error = await failureOf({ bucket: 'no-such-bucket' }, work);

    expect(error).toMatchObject({
      code: 'R2_BUCKET_NOT_FOUND',
      details: { bucket: 'no-such-bucket', endpoint: new URL(r2.address.endpoint).host },
    });
    expect(error.hint).toContain('R2_BUCKET_NAME');
  });

  test('say that nobody answers at the endpoint', async () => {
    const closed = await startFaultProxy(r2.address.endpoint);
    await closed.stop();

    const error = await failureOf({ endpoint: closed.endpoint }, (store) => store.checkAccess());

    expect(error).toMatchObject({ code: 'R2_UNREACHABLE', details: { errno: 'ECONNREFUSED' } });
  });

  test('name bucket, endpoint and key, and keep the cause', async () => {
    const error = await failureOf({}, (store) => store.hash('gone', { ifMatch: 'x' }));

    expect(error.message).toContain('read "gone" in bucket "unwind-test" at 127.0.0.1:');
    expect(error.details).toMatchObject({ bucket: 'unwind-test', key: 'gone', httpStatus: 404 });
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('R2 errors › from answers', () => {
  test.each<[number, string, ErrorCode]>([
    [400, 'AuthorizationHeaderMalformed', 'R2_CREDENTIALS_REJECTED'],
    [401, 'Unauthorized', 'R2_CREDENTIALS_REJECTED'],
    [401, 'SomethingNew', 'R2_CREDENTIALS_REJECTED'],
    [403, 'RequestTimeTooSkewed', 'R2_CREDENTIALS_REJECTED'],
    [403, 'SignatureDoesNotMatch', 'R2_CREDENTIALS_REJECTED'],
    [403, 'AccessDenied', 'R2_DENIED'],
    [403, 'SomethingNew', 'R2_DENIED'],
    [403, 'ObjectLockedByBucketPolicy', 'R2_OBJECT_LOCKED'],
    [403, '10069', 'R2_OBJECT_LOCKED'],
    [404, 'NoSuchBucket', 'R2_BUCKET_NOT_FOUND'],
    [404, 'RouteNotFound', 'R2_FAILED'],
    [412, 'PreconditionFailed', 'R2_OBJECT_CHANGED'],
    [429, 'TooManyRequests', 'R2_RATE_LIMITED'],
    [429, 'SomethingNew', 'R2_RATE_LIMITED'],
    [500, 'InternalError', 'R2_FAILED'],
    [400, 'InvalidArgument', 'R2_UNSUPPORTED'],
    [400, 'IncompleteBody', 'R2_FAILED'],
    [400, 'ExpiredRequest', 'R2_CREDENTIALS_REJECTED'],
    [403, 'NotEntitled', 'R2_DENIED'],
    [404, 'NoSuchUpload', 'R2_FAILED'],
    [501, 'NotImplemented', 'R2_UNSUPPORTED'],
    [503, 'SlowDown', 'R2_RATE_LIMITED'],
    [503, 'ServiceUnavailable', 'R2_FAILED'],
    [500, 'constructor', 'R2_FAILED'],
  ])('read HTTP %i %s as %s', async (status, name, code) => {
    expect(await answeredWith(s3Error(status, name))).toMatchObject({
      code,
      details: { httpStatus: status, vendorCode: name },
    });
  });

  test.each<[number, ErrorCode]>([
    [401, 'R2_CREDENTIALS_REJECTED'],
    [403, 'R2_DENIED'],
    [429, 'R2_RATE_LIMITED'],
    [500, 'R2_FAILED'],
  ])('read a HEAD with status %i and no body as %s', async (status, code) => {
    const copy = (store: ObjectStore) =>
      store.copy({ fromKey: 'there', toKey: 'q', ifSourceMatch: 'x', sizeBytes: 1 });

    expect(await answeredWith({ kind: 'answer', status }, copy)).toMatchObject({ code });
  });
});

describe('R2 errors › from a server that is not R2', () => {
  const page = '<html><body>Welcome</body></html>';

  test.each<[string, Fault]>([
    ['404 page', { kind: 'answer', status: 404, body: page }],
    ['200 page', { kind: 'answer', status: 200, body: page }],
    ['empty 200', { kind: 'answer', status: 200 }],
    ['JSON answer', { kind: 'answer', status: 200, body: '{"ok":true}' }],
    ['redirect', { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
  ])('never take a %s for an empty bucket or a missing object', async (_, fault) => {
    const work = [
      (store: ObjectStore) => store.statMany(['there']),
      (store: ObjectStore) => store.statMany(['a', 'b']),
      (store: ObjectStore) => store.hash('there', { ifMatch: 'x' }),
    ];

    for (const each of work) {
      expect(await answeredWith(fault, each)).toMatchObject({ code: 'R2_FAILED' });
    }
  });
});

describe('R2 errors › from a listing that proves nothing', () => {
  function entry(key: string): string {
    return `<Contents><Key>${key}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`;
  }

  function listing(content: string): Fault {
    const body = `<ListBucketResult>${content}</ListBucketResult>`;
    return { kind: 'answer', status: 200, body };
  }

  test.each([
    ['is of another bucket', '<Name>other</Name><IsTruncated>false</IsTruncated>'],
    ['is out of order', `<Name>unwind-test</Name>${entry('b')}${entry('a')}`],
    ['repeats a key', `<Name>unwind-test</Name>${entry('a')}${entry('a')}`],
    ['is empty but goes on', '<Name>unwind-test</Name><IsTruncated>true</IsTruncated>'],
    ['lacks an ETag', '<Name>unwind-test</Name><Contents><Key>a</Key><Size>1</Size></Contents>'],
  ])('refuse one that %s', async (_, content) => {
    const error = await answeredWith(listing(content), (store) => store.statMany(['a']));

    expect(error).toMatchObject({ code: 'R2_FAILED' });
  });

  test('refuse one that begins before the key it was asked to begin after', async () => {
    proxy.use(({ path }) => {
      const answer = path.includes('start-after') ? entry('a') : '';
      return listing(`<Name>unwind-test</Name>${answer}`);
    });
    const keys = Array.from({ length: 100 }, (_, index) => `b${String(index + 100)}`);

    const error = await failureOf({ endpoint: proxy.endpoint }, (store) => store.statMany(keys));

    expect(error).toMatchObject({ code: 'R2_FAILED' });
  });
});

describe('R2 listing', () => {
  test.each(['a+b%2Bc', 'a%20b%2Bc'])(
    'reads the encoded key %s, whichever way it writes a space',
    async (encoded) => {
      const entry = `<Key>${encoded}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified>`;
      const body = `<ListBucketResult><Name>unwind-test</Name><EncodingType>url</EncodingType><Contents>${entry}</Contents></ListBucketResult>`;
      proxy.use(() => ({ kind: 'answer', status: 200, body }));
      const store = openR2ObjectStore({ ...r2.address, endpoint: proxy.endpoint });

      const facts = await store.statMany(['a b+c']);
      await store.close();

      expect([...facts.keys()]).toEqual(['a b+c']);
    },
  );
});

describe('R2 errors › from the system', () => {
  const call = { tried: 'list objects', bucket: 'b', endpoint: 'example.test' };

  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'EPIPE',
    'EHOSTUNREACH',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('read %s as an endpoint that cannot be reached, also inside a cause', (errno) => {
    const direct = Object.assign(new Error('made by a test'), { code: errno });
    const wrapped = new Error('made by a test', { cause: new AggregateError([direct]) });

    expect(fromS3(direct, call)).toMatchObject({ code: 'R2_UNREACHABLE', details: { errno } });
    expect(fromS3(wrapped, call)).toMatchObject({ code: 'R2_UNREACHABLE', details: { errno } });
  });

  test('read an answer that is not HTTP as a failure', () => {
    const error = Object.assign(new Error('made by a test'), { code: 'HPE_INVALID_CONSTANT' });

    expect(fromS3(error, call)).toMatchObject({ code: 'R2_FAILED' });
  });

  test('leave an error that no server caused a bug', () => {
    expect(fromS3(new TypeError('made by a test'), call)).toMatchObject({ code: 'INTERNAL' });
  });

  test('keep an error of our own as it is, also inside a cause', () => {
    const own = fromS3(Object.assign(new Error('made by a test'), { code: 'EPIPE' }), call);

    expect(fromS3(new Error('aborted', { cause: own }), call)).toBe(own);
  });
});
