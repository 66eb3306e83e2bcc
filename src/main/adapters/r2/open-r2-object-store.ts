import { check } from '../../core/ports/diagnosis.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { connectR2, DEFAULT_PATIENCE, type R2Address, type R2Patience } from './connect-r2.ts';
import { copyObject } from './copy-object.ts';
import { deleteMany } from './delete-many.ts';
import { hashObject } from './hash-object.ts';
import { listPage } from './list-page.ts';
import { listPrefix } from './list-prefix.ts';
import { statMany } from './stat-many.ts';

/** Opens one R2 bucket over S3. Nothing is sent before the first call. */
export function openR2ObjectStore(
  address: R2Address & { readonly patience?: Partial<R2Patience> },
): ObjectStore {
  const r2 = connectR2(address, { ...DEFAULT_PATIENCE, ...address.patience });
  return {
    bucket: r2.bucket,
    endpoint: r2.endpoint,
    async checkAccess() {
      await listPage(r2, { tried: 'list objects', maxObjects: 1 });
    },
    statMany: (keys) => statMany(r2, keys),
    list: (prefix) => listPrefix(r2, prefix),
    hash: (key, { ifMatch }) => hashObject(r2, { key, ifMatch }),
    copy: (request) => copyObject(r2, request),
    deleteMany: (keys) => deleteMany(r2, keys),
    diagnose: async () => [
      await check({ name: 'bucket.access', title: 'The bucket answers' }, async () => {
        await listPage(r2, { tried: 'list objects', maxObjects: 1 });
        return { state: 'ok', finding: `${r2.endpoint} lists ${r2.bucket}.`, fix: null };
      }),
    ],
    close() {
      r2.close();
      return Promise.resolve();
    },
  };
}
