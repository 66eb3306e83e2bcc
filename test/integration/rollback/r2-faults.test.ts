import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import {
  delayed,
  type FaultProxy,
  type FaultRule,
  firstTimes,
  limitedTo,
  revokedAfter,
  type SeenRequest,
  s3Error,
  startFaultProxy,
} from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const FILES: readonly FileSpec[] = Array.from({ length: 12 }, (_, index) => ({
  id: `f${String(index).padStart(2, '0')}`,
}));
const CONTENT_BYTES = FILES.reduce((sum, { id }) => sum + `content of ${id}`.length, 0);

let r2: TestR2;
let proxy: FaultProxy;
let migration: TestMigration;
let app: TestApp | undefined;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await r2.stop();
});
afterEach(async () => {
  proxy.use(() => undefined);
  await app?.close();
  app = undefined;
  migration.remove();
});

const isCopy = ({ headers }: SeenRequest) => headers['x-amz-copy-source'] !== undefined;
const isDelete = ({ method, path }: SeenRequest) => method === 'POST' && path.includes('delete');

async function given(): Promise<TestApp> {
  migration = await aMigration(r2, FILES);
  app = await openApp({ ...migration.env, R2_ENDPOINT: proxy.endpoint });
  return app;
}

/** Plans everything, then runs it under `rule`. */
async function runUnder(rule: FaultRule) {
  const { plan, run } = await given();
  const made = await plan({ full: true });
  proxy.use(rule);
  const ended = await run(made);
  return { ended, between: await migration.world() };
}

describe('R2 that answers slowly', () => {
  test('costs time and nothing else', async () => {
    const { ended, between } = await runUnder(delayed(40));

    expect(ended).toMatchObject({ state: 'succeeded', counts: { done: 12 } });
    expect(between.objects).toEqual({});
  });

  test('and asks to slow down is heard: the run ends as if it had not', async () => {
    const { ended, between } = await runUnder(limitedTo(2, 5));

    expect(ended).toMatchObject({ state: 'succeeded', counts: { done: 12, failed: 0 } });
    expect(between.objects).toEqual({});
    expect(between.quarantined).toHaveLength(12);
  });
});

describe('a batch of deletes', () => {
  test('of which half fails for a while is finished by name', async () => {
    const half = (body: string): readonly string[] =>
      [...body.matchAll(/<Key>([^<]+)<\/Key>/g)].flatMap(([, key], index) =>
        index % 2 === 0 && key !== undefined ? [key] : [],
      );
    let failures = 0;
    const { ended, between } = await runUnder(async (seen) => {
      if (!isDelete(seen) || failures === 1) return undefined;
      failures += 1;
      const failing = half(seen.body);
      const keys = [...seen.body.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key ?? '');
      await Promise.all(keys.filter((key) => !failing.includes(key)).map((key) => r2.remove(key)));
      const errors = failing.map(
        (key) => `<Error><Key>${key}</Key><Code>InternalError</Code><Message>m</Message></Error>`,
      );
      return {
        kind: 'answer',
        status: 200,
        body: `<DeleteResult>${errors.join('')}</DeleteResult>`,
      };
    });

    expect(failures).toBe(1);
    expect(ended).toMatchObject({ state: 'succeeded', counts: { objectsRemoved: 12 } });
    expect(between.objects).toEqual({});
  });

  test('that fails as a whole is halved until it goes through', async () => {
    const { ended, between } = await runUnder((seen) =>
      isDelete(seen) && seen.body.split('<Key>').length - 1 > 3
        ? s3Error(500, 'InternalError')
        : undefined,
    );

    expect(ended).toMatchObject({ state: 'succeeded', counts: { objectsRemoved: 12 } });
    expect(between.objects).toEqual({});
  });

  test('that a lock rule forbids leaves the objects, named with the reason, and the run partial', async () => {
    const { ended, between } = await runUnder((seen) => {
      if (!isDelete(seen)) return undefined;
      const [, locked = ''] = /<Key>([^<]+)<\/Key>/.exec(seen.body) ?? [];
      return {
        kind: 'answer',
        status: 200,
        body: `<DeleteResult><Error><Key>${locked}</Key><Code>ObjectLockedByBucketPolicy</Code><Message>locked</Message></Error></DeleteResult>`,
      };
    });

    expect(ended).toMatchObject({
      state: 'partial',
      counts: { objectsRemoved: 0, bytesQuarantined: 0, failed: 12 },
    });
    expect(Object.keys(between.objects)).toHaveLength(12);
  });
});

describe('lost answers', () => {
  test.each([
    ['a copy', isCopy],
    ['a delete', isDelete],
  ])('of %s are settled by looking, without a guess', async (_, matches) => {
    const { ended, between } = await runUnder(firstTimes(1, { kind: 'lose-answer' }, matches));

    expect(ended).toMatchObject({ state: 'succeeded', counts: { done: 12 } });
    expect(between.objects).toEqual({});
    expect(between.quarantined).toHaveLength(12);
  });
});

describe('credentials that are revoked midway', () => {
  test.each([
    ['while objects are copied', revokedAfter(5, isCopy)],
    ['before objects are deleted', revokedAfter(0, isDelete)],
  ])('%s end the run with what is known, and resume finishes it with new ones', async (_, rule) => {
    const { ended, between } = await runUnder(rule);
    proxy.use(() => undefined);
    const finished = await app?.resume(ended.runId);

    expect(ended).toMatchObject({
      state: 'failed',
      error: { code: 'R2_CREDENTIALS_REJECTED', exitCode: 4, retryable: false },
      counts: { objectsRemoved: 0, bytesQuarantined: 0 },
    });
    expect(Object.keys(between.objects)).toHaveLength(12);
    expect(finished).toMatchObject({
      state: 'succeeded',
      counts: { done: 12, objectsRemoved: 12 },
    });
    expect((await migration.world()).objects).toEqual({});
  });

  test('between a delete and its proof leave nothing to guess: resume looks again', async () => {
    let deleted = false;
    const { ended, between } = await runUnder((seen) => {
      if (deleted) return s3Error(401, 'Unauthorized');
      deleted = isDelete(seen);
      return undefined;
    });
    proxy.use(() => undefined);
    const finished = await app?.resume(ended.runId);

    expect(ended).toMatchObject({ state: 'failed', counts: { objectsRemoved: 0 } });
    expect(between.objects).toEqual({});
    expect(finished).toMatchObject({
      state: 'succeeded',
      counts: { objectsRemoved: 12, bytesQuarantined: CONTENT_BYTES },
    });
  });
});

describe('bytes', () => {
  test('are moved by a rollback and freed only by a purge, as they were seen', async () => {
    const { plan, run, planPurge } = await given();

    const rollback = await run(await plan({ full: true }));
    const purge = await run(await planPurge(rollback.runId));

    expect(rollback.counts).toMatchObject({ bytesQuarantined: CONTENT_BYTES, bytesFreed: 0 });
    expect(purge.counts).toMatchObject({ bytesQuarantined: 0, bytesFreed: CONTENT_BYTES });
  });

  test('of an object that somebody else deleted are not counted', async () => {
    const { plan, run } = await given();
    const made = await plan({ full: true });
    let looked = false;
    proxy.use(async (seen) => {
      // The last moment before the run looks at its objects again: the references have been read, no delete was sent.
      if (isCopy(seen)) looked = true;
      if (!looked || seen.method !== 'GET' || !seen.path.includes('list-type=2')) return undefined;
      looked = false;
      await r2.remove(migration.keyOf('f03'));
      return undefined;
    });

    const { counts } = await run(made);

    expect(counts).toMatchObject({
      objectsRemoved: 12,
      bytesQuarantined: CONTENT_BYTES - 'content of f03'.length,
    });
  });
});
