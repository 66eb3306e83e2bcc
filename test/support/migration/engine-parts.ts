import { join } from 'node:path';
import { workspaceReferenceFiles } from '../../../src/main/adapters/reference-files/reference-files.ts';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import { folderSnapshots } from '../../../src/main/adapters/snapshots/folder-snapshots.ts';
import { nodeHashes } from '../../../src/main/adapters/system/node-hashes.ts';
import { systemClock } from '../../../src/main/adapters/system/system-clock.ts';
import { thisOperator } from '../../../src/main/adapters/system/this-operator.ts';
import { ulidIds } from '../../../src/main/adapters/system/ulid-ids.ts';
import { openBegunRuns } from '../../../src/main/adapters/workspace/begun-runs.ts';
import { openDebtLedger } from '../../../src/main/adapters/workspace/debt-ledger.ts';
import { openSafeModes } from '../../../src/main/adapters/workspace/safe-modes.ts';
import { loadConfiguration } from '../../../src/main/app/config.ts';
import { openTargets } from '../../../src/main/app/open-targets.ts';
import { NO_CRASH } from '../../../src/main/core/ports/crash-points.ts';
import type { EngineParts } from '../../../src/main/core/run/run-engine.ts';
import type { TestMigration } from './a-migration.ts';

/** The real parts of an engine on a migration and its workspace: an engine without the procedures that ask before it. */
export async function realEngineParts({
  home,
  env,
}: Pick<TestMigration, 'home' | 'env'>): Promise<EngineParts> {
  return {
    targets: openTargets(
      await loadConfiguration({ env, cwd: '/', flags: {}, configFile: undefined }),
      NO_CRASH,
    ),
    runFiles: openRunFiles(join(home, 'runs')),
    snapshots: folderSnapshots(join(home, 'snapshots')),
    ledger: openDebtLedger(join(home, 'workspace.sqlite')),
    safeModes: openSafeModes(join(home, 'workspace.sqlite')),
    begunRuns: openBegunRuns(join(home, 'workspace.sqlite')),
    referenceFiles: workspaceReferenceFiles({
      workspacePath: home,
      logLevel: 'INFO',
      secrets: () => [],
    }),
    operator: thisOperator('cli'),
    clock: systemClock,
    ids: ulidIds(),
    hashes: nodeHashes,
    crashAt: NO_CRASH,
  };
}
