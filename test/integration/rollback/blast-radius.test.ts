import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../../src/shared/contract/plan.ts';
import type { Acceptance, PlanSummary } from '../../../src/shared/domain/plan.ts';
import { aMigration, type TestMigration, type World } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const ACCEPTED: readonly Acceptance[] = [
  { code: 'blast-radius', reason: 'agreed with the owner of the data' },
];

let r2: TestR2;
let migration: TestMigration;
let before: World;
const apps: TestApp[] = [];

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());

beforeEach(async () => {
  migration = await aMigration(r2, [
    { id: 'a', content: 'four' },
    { id: 'b', content: 'five!' },
    { id: 'c', batchId: 'b-2' },
    { id: 'd', batchId: 'b-2', status: 'rolled_back', object: null, r2Key: null },
  ]);
  before = await migration.world();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  migration.remove();
});

async function appWith(limits: Readonly<Record<string, string>>): Promise<TestApp> {
  const app = await openApp({ ...migration.env, ...limits });
  apps.push(app);
  return app;
}

async function lastPlan(events: AsyncIterable<PlanEvent>): Promise<PlanSummary> {
  for await (const event of events) if (event.kind === 'created') return event.plan;
  throw new Error('Planning ended without a plan.');
}

async function planAccepted(app: TestApp): Promise<PlanSummary> {
  return lastPlan(
    await app.client.plan.create({
      scope: { batchId: 'b-1', failedOnly: false, full: false, mode: 'both' },
      acceptances: [...ACCEPTED],
    }),
  );
}

/** What the audit trail in the run file says of the start. */
function startedFacts(plan: PlanSummary): unknown {
  const file = new Database(plan.runFile, { readonly: true });
  try {
    const data = file.prepare("SELECT data FROM audit WHERE event = 'run.started'").pluck().get();
    return JSON.parse(String(data));
  } finally {
    file.close();
  }
}

function start(app: TestApp, plan: PlanSummary) {
  return errorOf(
    app.client.run.start({
      runId: plan.runId,
      digest: plan.digest,
      confirmation: plan.confirmationPhrase,
    }),
  );
}

describe('blast radius of a rollback', () => {
  test.each([
    ['UNWIND_MAX_FILES', '1', '2 files would change'],
    ['UNWIND_MAX_BYTES', '8B', 'objects of 9 bytes would change'],
    ['UNWIND_MAX_PERCENT', '49.9', '50 % of the 4 records would change'],
  ])('over %s=%s blocks the plan, and nothing changes', async (setting, value, actual) => {
    const app = await appWith({ [setting]: value });
    const plan = await app.plan({ batchId: 'b-1' });

    const error = await start(app, plan);

    expect(plan.findings).toContainEqual(
      expect.objectContaining({
        code: 'blast-radius',
        severity: 'blocker',
        message: expect.stringContaining(actual) as string,
      }),
    );
    expect(error).toMatchObject({ code: 'PLAN_BLOCKED', exitCode: 6 });
    expect(error.message).toContain(`$${setting}`);
    expect(await migration.world()).toEqual(before);
  });

  test('at the limits is a note, and the plan runs', async () => {
    const app = await appWith({
      UNWIND_MAX_FILES: '2',
      UNWIND_MAX_BYTES: '9',
      UNWIND_MAX_PERCENT: '50',
    });
    const plan = await app.plan({ batchId: 'b-1' });

    expect(plan.findings.filter(({ code }) => code === 'blast-radius')).toMatchObject([
      { severity: 'info' },
    ]);
    expect(await app.run(plan)).toMatchObject({ state: 'succeeded' });
  });

  test('runs once accepted, and the reason is in digest, audit trail and report', async () => {
    const app = await appWith({ UNWIND_MAX_FILES: '1' });
    const plan = await planAccepted(app);

    const run = await app.run(plan);

    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'blast-radius', severity: 'warning' }),
    );
    expect(run).toMatchObject({ state: 'succeeded' });
    expect(startedFacts(plan)).toMatchObject({
      accepted: 'blast-radius: agreed with the owner of the data',
    });
    const { markdown } = await app.client.run.report({ runId: plan.runId });
    expect(markdown).toContain('**blast-radius**: agreed with the owner of the data');
  });

  test('is compared at the start with the limits that hold then', async () => {
    const plan = await (await appWith({})).plan({ batchId: 'b-1' });
    const strict = await appWith({ UNWIND_MAX_PERCENT: '10' });

    expect(await start(strict, plan)).toMatchObject({
      code: 'PLAN_BLOCKED',
      hint: expect.stringContaining('--accept-blast-radius') as string,
    });
    expect(await migration.world()).toEqual(before);
  });

  test('has no limit where rows and objects come back', async () => {
    const plan = await (await appWith({})).plan({ batchId: 'b-1' });
    const strict = await appWith({ UNWIND_MAX_FILES: '0', UNWIND_MAX_BYTES: '0' });
    await (await appWith({})).run(plan);

    const undone = await strict.run(await strict.planUndo(plan.runId));

    expect(undone).toMatchObject({ state: 'succeeded' });
    expect((await migration.world()).objects).toEqual(before.objects);
  });
});

describe('blast radius of a purge', () => {
  test('is limited like that of a rollback, and accepted with a reason', async () => {
    const rollback = await (await appWith({})).plan({ batchId: 'b-1' });
    await (await appWith({})).run(rollback);
    const strict = await appWith({ UNWIND_MAX_FILES: '1' });

    const blocked = await strict.planPurge(rollback.runId);
    const accepted = await lastPlan(
      await strict.client.plan.createPurge({ runId: rollback.runId, acceptances: [...ACCEPTED] }),
    );

    expect(blocked.findings).toContainEqual(
      expect.objectContaining({ code: 'blast-radius', severity: 'blocker' }),
    );
    expect(await start(strict, blocked)).toMatchObject({ code: 'PLAN_BLOCKED' });
    expect(await strict.run(accepted)).toMatchObject({ state: 'succeeded' });
    expect((await migration.world()).quarantined).toEqual([]);
  });
});
