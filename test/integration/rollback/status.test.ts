import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function given(
  specs: readonly FileSpec[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  migration = await aMigration(r2, specs);
  app = await openApp({ ...migration.env, ...env });
}

describe('status board', () => {
  test('says of each file whether row, object and original agree with the record', async () => {
    await given([
      { id: 'a' },
      { id: 'b', object: null },
      { id: 'c', r2Key: 'elsewhere', original: null },
    ]);

    const { records } = await app.client.status.get({ originals: 'content' });

    expect(
      records.map(({ row, object, original }) => [row.proof, object.proof, original.proof]),
    ).toEqual([
      ['proved', 'proved', 'proved'],
      ['proved', 'disproved', 'proved'],
      ['disproved', 'unknown', 'disproved'],
    ]);
  });

  test('shows stored counters that differ from the records', async () => {
    await given([{ id: 'a' }, { id: 'b', status: 'failed' }]);
    migration.sql('UPDATE migration_batches SET completed_files = 7');

    const { batches } = await app.client.status.get({});

    expect(batches).toMatchObject([
      { stored: { completed: 7 }, recomputed: { completed: 1, failed: 1 }, countersAgree: false },
    ]);
  });

  test('shows the rows and calls the objects unknown where no bucket is configured', async () => {
    await given([{ id: 'a' }], { R2_BUCKET_NAME: '' });

    const { records } = await app.client.status.get({});

    expect(records).toMatchObject([
      { row: { proof: 'proved' }, object: { proof: 'unknown', detail: 'no bucket is configured' } },
    ]);
  });

  test('fails where the bucket that is configured does not answer', async () => {
    await given([{ id: 'a' }], { R2_SECRET_ACCESS_KEY: 'wrong' });

    expect(await errorOf(app.client.status.get({}))).toMatchObject({ exitCode: 4 });
  });
});
