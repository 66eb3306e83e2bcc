import type { CrashAt } from '../../core/ports/crash-points.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { connectR2, DEFAULT_PATIENCE, type R2Address, type R2Patience } from './connect-r2.ts';
import { copyObject, type PartSizes } from './copy-object.ts';
import { deleteMany } from './delete-many.ts';
import { diagnoseBucket } from './diagnose-bucket.ts';
import type { TokenOfBucket } from './diagnose-token.ts';
import { hashObject } from './hash-object.ts';
import { listPage } from './list-page.ts';
import { listPrefix } from './list-prefix.ts';
import { statMany } from './stat-many.ts';

/** Opens one R2 bucket over S3. Nothing is sent before the first call. */
export function openR2ObjectStore(
  address: R2Address & {
    readonly patience?: Partial<R2Patience>;
    /** Lets `diagnose` see what S3 does not tell: when the token expires, and lock rules. */
    readonly token?: TokenOfBucket;
    /** Only tests have a reason to set it. */
    readonly parts?: PartSizes;
    readonly crashAt?: CrashAt;
  },
): ObjectStore {
  const r2 = connectR2(address, { ...DEFAULT_PATIENCE, ...address.patience }, address.crashAt);
  return {
    bucket: r2.bucket,
    endpoint: r2.endpoint,
    async checkAccess() {
      await listPage(r2, { tried: 'list objects', maxObjects: 1 });
    },
    statMany: (keys) => statMany(r2, keys),
    list: (prefix, options) => listPrefix(r2, prefix, options?.after),
    hash: (key, { ifMatch }) => hashObject(r2, { key, ifMatch }),
    copy: (request) => copyObject(r2, request, address.parts),
    deleteMany: (keys) => deleteMany(r2, keys),
    diagnose: () => diagnoseBucket(r2, { endpointUrl: address.endpoint, token: address.token }),
    close() {
      r2.close();
      return Promise.resolve();
    },
  };
}
