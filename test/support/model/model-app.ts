import { join } from 'node:path';
import { openVault } from '../../../src/main/adapters/vault/open-vault.ts';
import { composeOn } from '../../../src/main/app/compose.ts';
import {
  type LiveConfiguration,
  liveConfiguration,
} from '../../../src/main/app/config/live-configuration.ts';
import { loadConfiguration } from '../../../src/main/app/config.ts';
import { targetKeeper } from '../../../src/main/app/keep-targets.ts';
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
export function configurationIn({ state }: Pick<ModelPlaces, 'state'>): Promise<LiveConfiguration> {
  return liveConfiguration(() =>
    loadConfiguration({
      env: { UNWIND_HOME: join(state, 'home') },
      cwd: '/',
      flags: {},
      configFile: undefined,
    }),
  );
}

/** The real application on a model world. */
export function openModelApp(
  world: ModelPlaces & {
    readonly bucket: MemoryBucket;
    readonly clock: Clock;
    readonly configuration: LiveConfiguration;
    readonly crashAt: CrashAt;
  },
): TestApp {
  const { configuration, clock, crashAt } = world;
  const targets = modelTargets(world);
  const vault = openVault(join(configuration.workspacePath, 'vault.json'));
  const targetsWith = () => Promise.resolve(targets);
  const keeper = targetKeeper({ configuration, vault, targetsWith });
  return testAppOf(
    composeOn(
      { door: 'cli', sandboxEntry: SERVER_ENTRY },
      { configuration, vault, keeper, targets, clock, crashAt },
    ),
  );
}
