import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { type FaultProxy, startFaultProxy } from '../../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

const FILES = 1_100;

let r2: TestR2;
let proxy: FaultProxy;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await r2.stop();
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

describe('requests of a plan', () => {
  test('read each page of the bucket once, in whatever order the rows come', async () => {
    // Neighbours in the database are far apart in the bucket: 7 and 1,100 have no common factor.
    const specs = Array.from({ length: FILES }, (_, index) => ({
      id: String((index * 7) % FILES).padStart(4, '0'),
    }));
    migration = await aMigration(r2, specs);
    app = await openApp({ ...migration.env, R2_ENDPOINT: proxy.endpoint });
    proxy.use(() => undefined);

    const plan = await app.plan({ full: true });

    expect(plan.counts).toMatchObject({ records: FILES, objectsToMove: FILES, held: 0 });
    expect(proxy.seen.filter(({ method }) => method === 'HEAD')).toEqual([]);
    expect(proxy.seen.filter(({ path }) => path.includes('max-keys=1000'))).toHaveLength(2);
  });
});
