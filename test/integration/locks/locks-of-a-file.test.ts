import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { d1Leases } from '../../../src/main/adapters/d1/d1-leases.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }]);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

describe('who holds the rows of a D1 file', () => {
  test('is nobody that a server knows', async () => {
    expect(await app.client.activity.list({})).toMatchObject({
      kind: 'file',
      sessions: [],
      lease: null,
    });
  });

  test('is the run that holds the lease', async () => {
    const lease = await d1Leases({ path: migration.databasePath }).acquire({
      operator: { user: 'ada', host: 'jump-1', pid: 1, door: 'cli' },
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      at: '2026-11-21T03:00:00.000Z',
    });

    const activity = await app.client.activity.list({});
    await lease.release();

    expect(activity.lease).toMatchObject({
      operator: { user: 'ada' },
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    });
  });

  test('cannot be stopped from here', async () => {
    const error = await errorOf(
      app.client.activity.cancel({
        pid: 1,
        startedAt: '',
        what: 'session',
        confirmation: 'terminate session 1 on default',
      }),
    );

    expect(error).toMatchObject({ code: 'USAGE_INVALID', exitCode: 2 });
    expect(error.message).toContain('is a file');
  });
});
