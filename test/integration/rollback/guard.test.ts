import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import { aMigration, type TestMigration, type World } from '../../support/migration/a-migration.ts';
import { drained, errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const READ_ONLY = { UNWIND_GUARD: 'read-only' };
const PRODUCTION = { UNWIND_ENVIRONMENT: 'production' };

let r2: TestR2;
let migration: TestMigration;
let before: World;
const apps: TestApp[] = [];

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());

beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
  before = await migration.world();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  migration.remove();
});

async function appWith(settings: Readonly<Record<string, string>>): Promise<TestApp> {
  const app = await openApp({ ...migration.env, ...settings });
  apps.push(app);
  return app;
}

function start(app: TestApp, plan: PlanSummary, reason?: string) {
  return app.client.run.start({
    runId: plan.runId,
    digest: plan.digest,
    confirmation: plan.confirmationPhrase,
    ...(reason === undefined ? {} : { reason }),
  });
}

describe('a read-only target', () => {
  test('is looked at and planned for, and no run begins', async () => {
    const app = await appWith(READ_ONLY);
    const plan = await app.plan({ full: true });

    const error = await errorOf(start(app, plan));

    expect(error).toMatchObject({ code: 'TARGET_READ_ONLY', exitCode: 6 });
    expect(error.message).toContain('UNWIND_GUARD from $UNWIND_GUARD');
    expect(await migration.world()).toEqual(before);
    expect((await app.client.run.get({ runId: plan.runId })).state).toBe('planned');
  });

  test('goes on with no run that began while it was none, until it is none again', async () => {
    const first = await appWith({});
    const plan = await first.plan({ full: true });
    await first.client.run.start({
      runId: plan.runId,
      digest: plan.digest,
      confirmation: plan.confirmationPhrase,
      stages: [{ files: 1 }],
    });
    await drained(await first.client.run.watch({ runId: plan.runId }));
    const atCheckpoint = await migration.world();

    const locked = await appWith(READ_ONLY);
    const error = await errorOf(locked.client.run.resume({ runId: plan.runId }));

    expect(error).toMatchObject({ code: 'TARGET_READ_ONLY' });
    expect(await migration.world()).toEqual(atCheckpoint);
    expect(await first.resume(plan.runId)).toMatchObject({ state: 'succeeded' });
  });
});

describe('a production target', () => {
  test.each([undefined, '', '   '])('takes no run without a reason: %j', async (reason) => {
    const app = await appWith(PRODUCTION);
    const plan = await app.plan({ full: true });

    expect(await errorOf(start(app, plan, reason))).toMatchObject({
      code: 'REASON_REQUIRED',
      exitCode: 6,
    });
    expect(await migration.world()).toEqual(before);
  });

  test('takes one with a reason, which the run keeps', async () => {
    const app = await appWith(PRODUCTION);
    const plan = await app.plan({ full: true });

    await start(app, plan, 'INC-4711: wrong bucket');
    await drained(await app.client.run.watch({ runId: plan.runId }));

    expect(await app.client.run.get({ runId: plan.runId })).toMatchObject({
      state: 'succeeded',
      reason: 'INC-4711: wrong bucket',
    });
  });
});

describe('a list of targets', () => {
  test('says where each stands and what it takes to change it', async () => {
    const app = await appWith({ UNWIND_ENVIRONMENT: 'staging', UNWIND_GUARD: 'confirm' });

    expect((await app.client.target.list({})).targets).toMatchObject([
      { name: 'default', environment: 'staging', guard: 'confirm' },
    ]);
  });
});
