import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRunEngine } from '../../../src/main/core/run/run-engine.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { realEngineParts } from '../../support/migration/engine-parts.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { type FaultProxy, startFaultProxy } from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const denied = {
  kind: 'answer',
  status: 403,
  body: '<Error><Code>AccessDenied</Code></Error>',
} as const;

// What a race may get past the checks before the lease is caught by those under it. Here without a race: one after the other.
describe('a run and its undo, asked for one after the other', { timeout: 120_000 }, () => {
  let r2: TestR2;
  let proxy: FaultProxy;
  let migration: TestMigration;
  let app: TestApp;
  let failed: RunDetail;

  beforeAll(async () => {
    r2 = await startR2();
    proxy = await startFaultProxy(r2.address.endpoint);
  });
  afterAll(async () => {
    await proxy.stop();
    await r2.stop();
  });
  beforeEach(async () => {
    const made = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
    migration = { ...made, env: { ...made.env, R2_ENDPOINT: proxy.endpoint } };
    app = await openApp(migration.env);
    proxy.use((seen) => (/[?&]delete\b/.test(seen.path) ? denied : undefined));
    failed = await app.run(await app.plan({ full: true }));
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'R2_DENIED' } });
  });
  afterEach(async () => {
    await app.close();
    migration.remove();
  });

  test('refuse an undo whose run went on after it was planned, although nothing moved', async () => {
    const undo = await app.planUndo(failed.runId);
    expect(await app.resume(failed.runId)).toMatchObject({ state: 'failed' });

    const error = await errorOf(app.run(undo));

    expect(error).toMatchObject({ code: 'PLAN_STALE' });
    expect(error.message).toContain(`run ${failed.runId}, which it takes back, went on`);
  });

  test('refuse to go on with a run that an undo took back, also where the engine is asked itself', async () => {
    proxy.use(() => undefined);
    const undo = await app.run(await app.planUndo(failed.runId));
    const before = await migration.world();

    const asked = createRunEngine(await realEngineParts(migration)).resume(failed.runId);

    await expect(asked).rejects.toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
      details: { undo: undo.runId },
    });
    expect(await migration.world()).toEqual(before);
  });
});
