import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { d1Leases } from '../../../src/main/adapters/d1/d1-leases.ts';
import { folderOriginals } from '../../../src/main/adapters/originals/folder-originals.ts';
import { leasesAtBoundaries } from '../../../src/main/app/at-boundaries.ts';
import type { NamedTargets } from '../../../src/main/app/open-targets.ts';
import { NO_LIMITS } from '../../../src/main/core/ports/blast-radius-limits.ts';
import type { CrashAt } from '../../../src/main/core/ports/crash-points.ts';
import type { ObjectStore } from '../../../src/main/core/ports/object-store.ts';
import type { OpenTarget } from '../../../src/main/core/ports/target.ts';
import { SANDBOX_GUARD } from '../../../src/main/core/ports/target-guard.ts';
import { OperatorError } from '../../../src/shared/domain/operator-error.ts';
import type { MemoryBucket } from './memory-object-store.ts';

/** The one target of a model world: a D1 file, a bucket in memory, originals in a folder. */
export function modelTargets(places: {
  readonly databasePath: string;
  readonly originalsPath: string;
  readonly bucket: MemoryBucket;
  readonly crashAt: CrashAt;
}): NamedTargets {
  const { databasePath: path, crashAt } = places;
  const target: OpenTarget = {
    identity: {
      name: 'model',
      databaseKind: 'd1',
      database: path,
      bucket: 'memory',
      endpoint: 'memory',
      originals: places.originalsPath,
      fingerprint: 'f'.repeat(64),
    },
    database: openD1Database({ path, customMapping: null, crashAt }),
    objects: atBoundaries(places.bucket.store, crashAt),
    originals: folderOriginals({ path: places.originalsPath }),
    leases: leasesAtBoundaries(d1Leases({ path, crashAt }), crashAt),
    activity: undefined,
    limits: NO_LIMITS,
    guard: SANDBOX_GUARD,
    close: () => Promise.resolve(),
  };
  return {
    open: () => Promise.resolve(target),
    openInParts: () => Promise.reject(notInTheModel()),
    list: () => Promise.resolve([]),
  };
}

/** The requests that change a bucket pass the same points as those of the real client. */
function atBoundaries(store: ObjectStore, crashAt: CrashAt): ObjectStore {
  return {
    ...store,
    copy: async (request) => {
      crashAt('copy-request.before-send');
      const answer = await store.copy(request);
      crashAt('copy-request.after-send');
      crashAt('copy-request.after-answer');
      return answer;
    },
    deleteMany: async (keys) => {
      crashAt('delete-request.before-send');
      const answer = await store.deleteMany(keys);
      crashAt('delete-request.after-send');
      crashAt('delete-request.after-answer');
      return answer;
    },
  };
}

function notInTheModel(): OperatorError {
  return new OperatorError('INTERNAL', {
    message: 'The model has no preflight.',
    hint: 'Ask for a run.',
  });
}
