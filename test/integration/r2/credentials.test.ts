import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyPairFromToken } from '../../../src/main/adapters/r2/key-pair-from-token.ts';
import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import { r2Endpoint } from '../../../src/main/adapters/r2/r2-endpoint.ts';
import { startTokenApi, type TokenApi } from '../../support/r2/start-token-api.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const USER_PATH = '/user/tokens/verify';
const ACCOUNT_PATH = `/accounts/${ACCOUNT}/tokens/verify`;

let api: TokenApi;

beforeAll(async () => {
  api = await startTokenApi();
});

afterAll(() => api.stop());

function found(status = 'active') {
  return { status: 200, body: { success: true, errors: [], result: { id: 'token-id', status } } };
}

function keyPair(apiBase = api.base) {
  return keyPairFromToken({ token: 'the-token', accountId: ACCOUNT, apiBase });
}

describe('key pair from a token', () => {
  const expected = {
    accessKeyId: 'token-id',
    secretAccessKey: createHash('sha256').update('the-token').digest('hex'),
  };

  test('is the id of a user token and the SHA-256 of its value', async () => {
    api.answer({ [USER_PATH]: found() });

    expect(await keyPair()).toEqual(expected);
    expect(api.seen).toEqual([{ path: USER_PATH, authorization: 'Bearer the-token' }]);
  });

  test.each([400, 401, 403, 404])(
    'comes from the account when the user endpoint answers %i',
    async (status) => {
      api.answer({ [USER_PATH]: { status }, [ACCOUNT_PATH]: found() });

      expect(await keyPair()).toEqual(expected);
      expect(api.seen.map(({ path }) => path)).toEqual([USER_PATH, ACCOUNT_PATH]);
    },
  );

  test('is asked of the user alone where no account is configured', async () => {
    api.answer({ [USER_PATH]: { status: 401 } });

    const pair = keyPairFromToken({ token: 'the-token', accountId: '', apiBase: api.base });

    await expect(pair).rejects.toMatchObject({ code: 'R2_CREDENTIALS_REJECTED' });
    expect(api.seen).toHaveLength(1);
  });

  test('is refused when neither knows the token, without showing it', async () => {
    api.answer({ [USER_PATH]: { status: 401 }, [ACCOUNT_PATH]: { status: 401 } });

    const error: unknown = await keyPair().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'R2_CREDENTIALS_REJECTED' });
    expect(JSON.stringify(error) + String(error)).not.toContain('the-token');
  });

  test.each(['disabled', 'expired'])('is refused when the token is %s', async (status) => {
    api.answer({ [USER_PATH]: found(status), [ACCOUNT_PATH]: found() });

    await expect(keyPair()).rejects.toMatchObject({
      code: 'R2_CREDENTIALS_REJECTED',
      message: expect.stringContaining(status),
    });
  });

  test.each([
    ['fails', { status: 500 }],
    ['is too busy', { status: 429 }],
    ['answers with a page', { status: 200, body: '<html></html>' }],
    ['answers without an id', { status: 200, body: { success: true, result: {} } }],
    ['answers 200 without success', { status: 200, body: { success: false } }],
  ])('is not judged when the API %s', async (_, answer) => {
    api.answer({ [USER_PATH]: answer, [ACCOUNT_PATH]: { status: 401 } });

    await expect(keyPair()).rejects.toMatchObject({ code: 'R2_UNREACHABLE' });
  });

  test('is not asked for at an address that the API redirects to', async () => {
    api.answer({
      [USER_PATH]: { status: 302, location: `${api.base}${ACCOUNT_PATH}` },
      [ACCOUNT_PATH]: found(),
    });

    await expect(keyPair()).rejects.toMatchObject({ code: 'R2_UNREACHABLE' });
    expect(api.seen).toHaveLength(1);
  });

  test('says that the API cannot be reached', async () => {
    const gone = await startTokenApi();
    await gone.stop();

    await expect(keyPair(gone.base)).rejects.toMatchObject({ code: 'R2_UNREACHABLE' });
  });
});

describe('R2 endpoint', () => {
  test.each([
    ['default', `https://${ACCOUNT}.r2.cloudflarestorage.com`],
    ['eu', `https://${ACCOUNT}.eu.r2.cloudflarestorage.com`],
    ['fedramp', `https://${ACCOUNT}.fedramp.r2.cloudflarestorage.com`],
  ] as const)('of jurisdiction %s is %s', (jurisdiction, url) => {
    expect(r2Endpoint({ accountId: ACCOUNT, jurisdiction, endpoint: undefined })).toBe(url);
  });

  test('is the configured one where there is one, path included', () => {
    const endpoint = 'http://127.0.0.1:1234/cdn-cgi/local/r2/s3/';

    expect(r2Endpoint({ accountId: ACCOUNT, jurisdiction: 'eu', endpoint })).toBe(
      'http://127.0.0.1:1234/cdn-cgi/local/r2/s3',
    );
  });

  test('is missing when neither account nor endpoint is set', () => {
    const config = { accountId: undefined, jurisdiction: 'default', endpoint: undefined } as const;

    expect(() => r2Endpoint(config)).toThrow(expect.objectContaining({ code: 'CONFIG_MISSING' }));
  });

  test.each(['evil.example/', '', 'x'.repeat(32)])('refuses the account id "%s"', (accountId) => {
    const config = { accountId, jurisdiction: 'default', endpoint: undefined } as const;

    expect(() => r2Endpoint(config)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  test.each(['ftp://host', 'host', 'https://user:pass@host', 'https://host/?bucket=b'])(
    'refuses %s and does not repeat it',
    (endpoint) => {
      const config = { accountId: ACCOUNT, jurisdiction: 'default', endpoint } as const;

      expect(() => r2Endpoint(config)).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.not.stringContaining(endpoint),
        }),
      );
    },
  );
});

describe('R2 object store', () => {
  test('names its bucket and the host of its endpoint, and sends nothing when it is opened', async () => {
    const store = openR2ObjectStore({
      endpoint: r2Endpoint({ accountId: ACCOUNT, jurisdiction: 'eu', endpoint: undefined }),
      bucket: 'files',
      accessKeyId: 'a',
      secretAccessKey: 'b',
    });

    expect(store).toMatchObject({
      bucket: 'files',
      endpoint: `${ACCOUNT}.eu.r2.cloudflarestorage.com`,
    });
    await store.close();
  });
});
