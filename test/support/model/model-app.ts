import { join } from 'node:path';
import { composeOn } from '../../../src/main/app/compose.ts';
import { type Configuration, loadConfiguration } from '../../../src/main/app/config.ts';
import type { Clock } from '../../../src/main/core/ports/clock.ts';
import type { CrashAt } from '../../../src/main/core/ports/crash-points.ts';
import { type TestApp, testAppOf } from '../migration/open-app.ts';
import { SERVER_ENTRY } from '../sandbox/sandbox-template.ts';
import type { MemoryBucket } from './memory-object-store.ts';
import { modelTargets } from './model-targets.ts';

/** Where a model world is on disk. */
export interface ModelPlaces {
  /** What Unwind writes: the database and the workspace. */
  readonly state: string;
  readonly databasePath: string;
  readonly originalsPath: string;
}

/** The settings of a process in a model world. */
export function configurationIn({ state }: Pick<ModelPlaces, 'state'>): Promise<Configuration> {
  return loadConfiguration({
    env: { UNWIND_HOME: join(state, 'home') },
    cwd: '/',
    flags: {},
    configFile: undefined,
  });
}

/** The real application on a model world. */
export function openModelApp(
  world: ModelPlaces & {
    readonly bucket: MemoryBucket;
    readonly clock: Clock;
    readonly configuration: Configuration;
    readonly crashAt: CrashAt;
  },
): TestApp {
  const { configuration, clock, crashAt } = world;
  return testAppOf(
    composeOn(
      { door: 'cli', sandboxEntry: SERVER_ENTRY },
      { configuration, targets: modelTargets(world), clock, crashAt },
    ),
  );
}
