import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Progress } from '../../../src/shared/domain/run.ts';
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

async function begin(niceRatio: number): Promise<string> {
  const { runId, digest, confirmationPhrase: confirmation } = await app.plan({ full: true });
  await app.client.run.start({ runId, digest, confirmation, niceRatio });
  return runId;
}

async function watched(runId: string, onEach: (progress: Progress) => Promise<unknown>) {
  const ratios: number[] = [];
  for await (const progress of await app.client.run.watch({ runId })) {
    ratios.push(progress.niceRatio);
    if (progress.state === 'running') await onEach(progress);
  }
  return ratios;
}

describe('a throttled run', () => {
  test('is so from its beginning, says it, and comes to the same end', async () => {
    const runId = await begin(0.5);

    const ratios = await watched(runId, () => Promise.resolve());

    expect(ratios.length).toBeGreaterThan(0);
    expect(new Set(ratios)).toEqual(new Set([0.5]));
    expect(await app.client.run.get({ runId })).toMatchObject({ state: 'succeeded' });
    expect(await app.client.run.verify({ runId })).toMatchObject({ passed: true });
  });

  test('goes at full speed again when it is told to while it rests', async () => {
    // It would rest for minutes.
    const runId = await begin(100);

    const ratios = await watched(runId, () => app.client.run.throttle({ runId, niceRatio: 0 }));

    expect(ratios.at(-1)).toBe(0);
    expect(await app.client.run.get({ runId })).toMatchObject({ state: 'succeeded' });
  });

  test('is one that this process executes: any other is refused', async () => {
    const { runId } = await app.plan({ full: true });

    expect(await errorOf(app.client.run.throttle({ runId, niceRatio: 1 }))).toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
    });
  });
});
