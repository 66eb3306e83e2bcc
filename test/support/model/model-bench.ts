import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { d1Leases } from '../../../src/main/adapters/d1/d1-leases.ts';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import { thisOperator } from '../../../src/main/adapters/system/this-operator.ts';
import type { LiveConfiguration } from '../../../src/main/app/config/live-configuration.ts';
import type { CrashAt, CrashPoint } from '../../../src/main/core/ports/crash-points.ts';
import type { Lease } from '../../../src/main/core/ports/lease.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import type { TestApp } from '../migration/open-app.ts';
import { aSteppingClock, type SteppingClock } from './a-stepping-clock.ts';
import { type FileSeed, seedDatabase } from './file-seeds.ts';
import { type MemoryBucket, memoryBucket } from './memory-object-store.ts';
import { configurationIn, type ModelPlaces, openModelApp } from './model-app.ts';
import { type ModelWorld, readModelWorld } from './model-world.ts';
import { createArrival, type Place } from './places.ts';
import { type ChildOrder, runModelChild } from './run-model-child.ts';

/** What happens to a process at a place of its way. */
export interface Incident {
  readonly place: Place;
  /** Dies there, or has the world change under it. */
  readonly happens: 'death' | ((point: CrashPoint) => void);
}

/** One process of Unwind. */
export interface ModelProcess {
  readonly app: TestApp;
  /** Ends it. After a death: brings back the world as it was at that instant. Tells whether it died. */
  end(): Promise<'died' | 'ended'>;
}

/** A world in which processes of Unwind live, die and meet others: real D1 and run files, a bucket in memory, originals on disk. */
export interface ModelBench {
  readonly bucket: MemoryBucket;
  world(): ModelWorld;
  start(incident?: Incident): ModelProcess;
  /** Changes rows behind Unwind's back. `busy`: a transaction of Unwind is open at this very instant. */
  sql(statement: string, ...values: readonly (string | null)[]): 'done' | 'busy';
  writeOriginal(path: string, content: string | null): void;
  /** How many intents of a run have no outcome. */
  openIntents(runId: string): number;
  /** Takes the target's lease as another operator's process would. */
  acquireLease(): Promise<Lease>;
  remove(): void;
}

/** Where files are quickest: a file system in memory, where there is one. */
const FAST_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** How a process of the model dies: by a fork of its world, or killed for good as a process of its own. */
export type Death = 'fork' | 'SIGKILL';

/** Makes a world that holds the files of `seeds`; whoever makes it removes it. */
export async function aModelBench(
  seeds: readonly FileSeed[],
  death: Death = 'fork',
): Promise<ModelBench> {
  const folder = realpathSync(mkdtempSync(join(FAST_FOLDER, 'unwind-model-')));
  const state = join(folder, 'state');
  const originalsPath = join(folder, 'originals');
  const databasePath = join(state, 'd1.sqlite');
  mkdirSync(state);
  mkdirSync(originalsPath);
  const clock = aSteppingClock();
  const bucket = memoryBucket(() => clock.nowMs());
  seedDatabase(databasePath, seeds);
  for (const seed of seeds) {
    if (seed.object !== null) bucket.put({ key: seed.key, body: seed.object });
    if (seed.original !== null) writeFileSync(join(originalsPath, seed.path), seed.original);
  }
  const configuration = await configurationIn({ state });
  const eyes = <Result>(look: (database: Database.Database) => Result): Result => {
    const database = new Database(databasePath, { timeout: 0 });
    try {
      return look(database);
    } finally {
      database.close();
    }
  };
  return {
    bucket,
    world: () => eyes((database) => readModelWorld({ database, bucket, originalsPath })),
    start: (incident) => {
      const world = { state, originalsPath, databasePath, bucket, clock, configuration, incident };
      return death === 'SIGKILL' && incident?.happens === 'death'
        ? startChild(world, { place: incident.place, bucketFile: join(folder, 'bucket.json') })
        : startProcess(world);
    },
    sql: (statement, ...values) =>
      eyes((database) => {
        try {
          database.prepare(statement).run(...values);
          return 'done';
        } catch (error) {
          if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') return 'busy';
          throw error;
        }
      }),
    writeOriginal: (path, content) => {
      if (content === null) rmSync(join(originalsPath, path), { force: true });
      else writeFileSync(join(originalsPath, path), content);
    },
    openIntents: (runId) => {
      const runFile = openRunFiles(join(state, 'home', 'runs')).open(runId, 'read');
      try {
        return runFile.openIntents().length;
      } finally {
        runFile.close();
      }
    },
    acquireLease: () =>
      d1Leases({ path: databasePath }).acquire({
        operator: { ...thisOperator('cli'), user: 'another' },
        runId: 'another',
        at: new Date(clock.nowMs()).toISOString(),
      }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Starts a process that may die at a crash point.
 *
 * Its death is a fork of the world: at that instant everything that a killed process leaves behind, its files with their write-ahead
 * logs and the bucket, is copied, and what the process does from there on goes to a world that is thrown away. So no `finally` and no
 * handler of the dead can reach what comes after, and its locks, which belong to the files of its own world, are gone with it: as with
 * SIGKILL, for a few milliseconds instead of a process. Nothing in the product is wrapped, and nothing is thrown into it.
 */
function startProcess(
  world: ModelPlaces & {
    readonly bucket: MemoryBucket;
    readonly clock: SteppingClock;
    readonly configuration: LiveConfiguration;
    readonly incident: Incident | undefined;
  },
): ModelProcess {
  const { state, bucket, incident } = world;
  const left = `${state}-left`;
  const arrives = incident === undefined ? () => false : createArrival(incident.place);
  let objectsLeft: ReturnType<MemoryBucket['objects']> | undefined;
  const crashAt: CrashAt = (point) => {
    if (!arrives(point) || incident === undefined) return;
    if (incident.happens !== 'death') {
      incident.happens(point);
      return;
    }
    cpSync(state, left, { recursive: true });
    objectsLeft = bucket.objects();
  };
  const app = openModelApp({ ...world, crashAt });
  return {
    app,
    end: async () => {
      await app.close();
      if (objectsLeft === undefined) return 'ended';
      rmSync(state, { recursive: true });
      renameSync(left, state);
      bucket.restore(objectsLeft);
      return 'died';
    },
  };
}

/** The same in a process of its own, which kills itself: slow, and beyond doubt. */
function startChild(
  world: Parameters<typeof startProcess>[0],
  { place, bucketFile }: Pick<ChildOrder, 'place' | 'bucketFile'>,
): ModelProcess {
  const { state, databasePath, originalsPath, bucket, clock } = world;
  const inside = startProcess({ ...world, incident: undefined });
  let ended: 'died' | 'ended' = 'ended';
  async function inChild(as: ChildOrder['as'], runId: string): Promise<RunDetail> {
    const places = { state, databasePath, originalsPath };
    const clockSeconds = clock.seconds();
    ended = await runModelChild(bucket, { ...places, as, runId, place, clockSeconds, bucketFile });
    clock.goOnFrom(clockSeconds + CHILD_SECONDS);
    return inside.app.client.run.get({ runId });
  }
  return {
    app: {
      ...inside.app,
      run: ({ runId }) => inChild('start', runId),
      resume: (runId) => inChild('resume', runId),
    },
    end: async () => {
      await inside.end();
      return ended;
    },
  };
}

/** A child asks its clock less often than that: no moment comes twice. */
const CHILD_SECONDS = 10_000;
