import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openR2ObjectStore } from '../../../src/main/adapters/r2/open-r2-object-store.ts';
import type { Check } from '../../../src/shared/domain/check.ts';
import { QUICK_PATIENCE } from '../../support/r2/quick-patience.ts';
import {
  type FaultProxy,
  type FaultRule,
  s3Error,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import {
  startTokenApi,
  type TokenAnswer,
  type TokenApi,
} from '../../support/r2/start-token-api.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const LOCK_PATH = `/accounts/${ACCOUNT}/r2/buckets/unwind-test/lock`;
const OBJECT_CHECKS = [
  'bucket.credentials',
  'bucket.exists',
  'bucket.list',
  'bucket.read',
  'bucket.delete',
];

let r2: TestR2;
let proxy: FaultProxy;
let api: TokenApi;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
  api = await startTokenApi();
  await r2.put({ key: 'there', body: 'content' });
});

afterAll(async () => {
  await api.stop();
  await proxy.stop();
  await r2.stop();
});

beforeEach(() => {
  proxy.use(() => undefined);
});

interface Given {
  readonly address?: {
    readonly bucket?: string;
    readonly secretAccessKey?: string;
    readonly endpoint?: string;
  };
  readonly rule?: FaultRule;
  readonly withToken?: 'yes' | 'no';
}

/** The checks by name. */
async function diagnose(given: Given = {}): Promise<ReadonlyMap<string, Check>> {
  if (given.rule !== undefined) proxy.use(given.rule);
  const token = {
    token: 'the-token',
    accountId: ACCOUNT,
    apiBase: api.base,
    jurisdiction: 'eu',
  } as const;
  const store = openR2ObjectStore({
    ...r2.address,
    endpoint: proxy.endpoint,
    ...given.address,
    patience: QUICK_PATIENCE,
    ...(given.withToken === 'yes' ? { token } : {}),
  });
  try {
    return new Map((await store.diagnose()).map((check) => [check.name, check]));
  } finally {
    await store.close();
  }
}

function statesOf(checks: ReadonlyMap<string, Check>, names = OBJECT_CHECKS): readonly string[] {
  return names.map((name) => checks.get(name)?.state ?? 'absent');
}

describe('preflight of a bucket', () => {
  test('finds a bucket in order, in a fixed order of questions, and changes nothing', async () => {
    const before = await r2.keys();

    const checks = await diagnose();

    expect([...checks.keys()]).toEqual([
      'bucket.reachable',
      'bucket.clock',
      ...OBJECT_CHECKS,
      'bucket.token',
      'bucket.locks',
    ]);
    expect(statesOf(checks)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(await r2.keys()).toEqual(before);
    const changing = proxy.seen.filter((seen) => seen.mutating);
    expect(changing.map(({ method }) => method)).toEqual(['DELETE']);
    expect(changing[0]?.path).toMatch(/\.unwind-quarantine\/preflight-[0-9a-f-]{36}/);
  });

  test('does not delete by way of trial where the key is taken', async () => {
    const rule: FaultRule = ({ method, path }) =>
      method === 'HEAD' && path.includes('preflight-')
        ? {
            kind: 'answer',
            status: 200,
            headers: {
              etag: '"e"',
              'content-length': '1',
              'last-modified': new Date().toUTCString(),
            },
          }
        : undefined;

    const checks = await diagnose({ rule });

    expect(checks.get('bucket.delete')?.state).toBe('skipped');
    expect(proxy.seen.filter((seen) => seen.mutating)).toEqual([]);
  });

  test('says that nobody answers, and asks no further', async () => {
    const closed = await startFaultProxy(r2.address.endpoint);
    await closed.stop();

    const checks = await diagnose({ address: { endpoint: closed.endpoint } });

    expect(checks.get('bucket.reachable')).toMatchObject({ state: 'failed' });
    expect(checks.get('bucket.clock')?.state).toBe('skipped');
    expect(statesOf(checks)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped']);
  });

  test('tells rejected credentials from a missing bucket and a missing right', async () => {
    const rejected = await diagnose({ address: { secretAccessKey: 'wrong' } });
    const noBucket = await diagnose({ address: { bucket: 'no-such-bucket' } });
    const denied = await diagnose({ rule: () => s3Error(403, 'AccessDenied') });

    expect(statesOf(rejected)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped']);
    expect(statesOf(noBucket)).toEqual(['ok', 'failed', 'skipped', 'skipped', 'skipped']);
    expect(noBucket.get('bucket.exists')?.fix).toContain('R2_JURISDICTION');
    expect(statesOf(denied)).toEqual(['ok', 'skipped', 'failed', 'skipped', 'skipped']);
  });

  test.each([
    ['AccessDenied', 'permission'],
    ['ObjectLockedByBucketPolicy', 'lock'],
  ])('finds that deletes are refused with %s', async (code) => {
    const rule: FaultRule = ({ method }) => (method === 'DELETE' ? s3Error(403, code) : undefined);

    const checks = await diagnose({ rule });

    expect(statesOf(checks)).toEqual(['ok', 'ok', 'ok', 'ok', 'failed']);
    expect(checks.get('bucket.delete')?.fix).toContain(
      code === 'AccessDenied' ? 'token' : 'lock rule',
    );
  });

  test.each([
    ['30 s', 30_000, 'ok'],
    ['2 min', 120_000, 'warning'],
    ['6 min', 360_000, 'failed'],
    ['6 min to the other side', -360_000, 'failed'],
  ])('judges clocks that differ by %s', async (_, skewMs, state) => {
    const date = new Date(Date.now() + skewMs).toUTCString();
    const rule: FaultRule = ({ headers }) =>
      headers['authorization'] === undefined
        ? { kind: 'answer', status: 400, headers: { date } }
        : undefined;

    expect((await diagnose({ rule })).get('bucket.clock')?.state).toBe(state);
  });
});

describe('preflight of an API token', () => {
  function verified(result: object): TokenAnswer {
    return { status: 200, body: { success: true, result: { id: 'token-id', ...result } } };
  }

  async function withToken(answers: Readonly<Record<string, TokenAnswer>>) {
    api.answer(answers);
    return diagnose({ withToken: 'yes' });
  }

  test('is not possible for a key pair alone, and says so', async () => {
    const checks = await diagnose();

    expect(checks.get('bucket.token')).toMatchObject({ state: 'skipped' });
    expect(checks.get('bucket.locks')).toMatchObject({ state: 'skipped' });
  });

  test.each([
    ['is active', { status: 'active' }, 'ok'],
    ['expires in a year', { status: 'active', expires_on: inHours(24 * 365) }, 'ok'],
    ['expires within a day', { status: 'active', expires_on: inHours(5) }, 'warning'],
    ['is disabled', { status: 'disabled' }, 'failed'],
    ['is expired', { status: 'expired', expires_on: inHours(-1) }, 'failed'],
  ])('finds one that %s', async (_, facts, state) => {
    const checks = await withToken({ '/user/tokens/verify': verified(facts) });

    expect(checks.get('bucket.token')?.state).toBe(state);
  });

  test('finds one that Cloudflare does not know', async () => {
    const checks = await withToken({ '/user/tokens/verify': { status: 401 } });

    expect(checks.get('bucket.token')).toMatchObject({ state: 'failed' });
  });

  test.each([
    ['no rule', [], 'ok'],
    ['a rule that is switched off', [rule('a', '', { type: 'Indefinite' }, false)], 'ok'],
    ['a rule whose date has passed', [rule('a', '', { type: 'Date', date: inHours(-1) })], 'ok'],
    ['a rule for every object', [rule('a', '', { type: 'Indefinite' })], 'failed'],
    ['a rule until a later date', [rule('a', '', { type: 'Date', date: inHours(5) })], 'failed'],
    ['a rule for young objects', [rule('a', '', { type: 'Age', maxAgeSeconds: 7200 })], 'warning'],
    ['a rule for a prefix', [rule('a', 'legal/', { type: 'Indefinite' })], 'warning'],
  ])('finds %s', async (_, rules, state) => {
    const checks = await withToken({
      '/user/tokens/verify': verified({ status: 'active' }),
      [LOCK_PATH]: { status: 200, body: { success: true, result: { rules } } },
    });

    expect(checks.get('bucket.locks')?.state).toBe(state);
    expect(api.seen.find(({ path }) => path === LOCK_PATH)?.jurisdiction).toBe('eu');
  });

  test('says that a rule over the quarantine keeps it from being purged', async () => {
    const rules = [rule('keep', '.unwind-quarantine/', { type: 'Age', maxAgeSeconds: 86_400 })];

    const checks = await withToken({
      [LOCK_PATH]: { status: 200, body: { success: true, result: { rules } } },
    });

    expect(checks.get('bucket.locks')?.finding).toBe(
      'Rule "keep" keeps objects under ".unwind-quarantine/" for 24 h after they are written. That keeps a quarantine from being purged.',
    );
  });

  test('does not take a token that may not see lock rules for a bucket without any', async () => {
    const checks = await withToken({ [LOCK_PATH]: { status: 403 } });

    expect(checks.get('bucket.locks')).toMatchObject({ state: 'skipped' });
  });
});

function rule(id: string, prefix: string, condition: object, enabled = true) {
  return { id, prefix, condition, enabled };
}

function inHours(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}
