import { memoryBucket } from '../support/model/memory-object-store.ts';
import { objectStoreSuite } from './object-store.suite.ts';

const bucket = memoryBucket(() => Date.now());

objectStoreSuite('memory', {
  store: () => bucket.store,
  put: (object) => {
    bucket.put(object);
    return Promise.resolve();
  },
  putKeys: (keys) => {
    for (const key of keys) bucket.put({ key, body: key });
    return Promise.resolve();
  },
  read: (key) => Promise.resolve(bucket.objects().get(key)?.body),
  contentTypeOf: (key) => Promise.resolve(bucket.objects().get(key)?.contentType),
});
