import { afterAll, beforeAll } from 'vitest';
import { openR2ObjectStore } from '../../src/main/adapters/r2/open-r2-object-store.ts';
import type { ObjectStore } from '../../src/main/core/ports/object-store.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';
import { objectStoreSuite } from './object-store.suite.ts';

let r2: TestR2;
let store: ObjectStore;

beforeAll(async () => {
  r2 = await startR2();
  store = openR2ObjectStore(r2.address);
});

afterAll(async () => {
  await store.close();
  await r2.stop();
});

objectStoreSuite('R2', {
  store: () => store,
  put: (object) => r2.put(object),
  putKeys: (keys) => r2.putKeys(keys),
  read: (key) => r2.read(key),
  contentTypeOf: (key) => r2.contentTypeOf(key),
});
