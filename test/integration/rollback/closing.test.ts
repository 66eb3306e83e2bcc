import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
import type { LeaseHolder } from '../../../src/main/core/ports/lease.ts';
import type { MigrationWriter } from '../../../src/main/core/ports/migration-database.ts';
import type { RunFiles } from '../../../src/main/core/ports/run-file.ts';
import type { OpenTarget, Targets } from '../../../src/main/core/ports/target.ts';
import { createRunEngine, type EngineParts } from '../../../src/main/core/run/run-engine.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  await app.close();
  migration.remove();
});

const failure = new Error('the disk went away');

/** The real parts over a migration, but for those that are replaced. */
async function partsOf(change: (real: EngineParts) => Partial<EngineParts>): Promise<EngineParts> {
  migration = await aMigration(r2, [{ id: 'a' }]);
  app = await openApp(migration.env);
  const { home, env } = migration;
  const real: EngineParts = {
    targets: openTargets(
      await loadConfiguration({ env, cwd: '/', flags: {}, configFile: undefined }),
      NO_CRASH,
    ),
    runFiles: openRunFiles(join(home, 'runs')),
    snapshots: folderSnapshots(join(home, 'snapshots')),
    ledger: openDebtLedger(join(home, 'workspace.sqlite')),
    safeModes: openSafeModes(join(home, 'workspace.sqlite')),
    begunRuns: openBegunRuns(join(home, 'workspace.sqlite')),
    referenceFiles: workspaceReferenceFiles({ workspacePath: home, logLevel: 'INFO', secrets: [] }),
    operator: thisOperator('cli'),
    clock: systemClock,
    ids: ulidIds(),
    hashes: nodeHashes,
    crashAt: NO_CRASH,
  };
  return { ...real, ...change(real) };
}

/** Real run files whose writers fail to close, as on a disk that fills up with the last checkpoint. */
function failingToClose(files: RunFiles): RunFiles {
  return {
    ...files,
    open: (runId, access) => {
      const runFile = files.open(runId, access);
      if (access === 'read') return runFile;
      return {
        ...runFile,
        close: () => {
          runFile.close();
          throw failure;
        },
      };
    },
  };
}

/** Real targets that count the writing sessions which are open. */
function countingWriters(targets: Targets): Targets & { openWriters: number } {
  const counted = {
    openWriters: 0,
    open: async (name: string | undefined): Promise<OpenTarget> => {
      const target = await targets.open(name);
      const openWriter = async (): Promise<MigrationWriter> => {
        const writer = await target.database.openWriter();
        counted.openWriters += 1;
        return {
          ...writer,
          close: () => {
            counted.openWriters -= 1;
            return writer.close();
          },
        };
      };
      return { ...target, database: { ...target.database, openWriter } };
    },
  };
  return counted;
}

async function startOn(parts: EngineParts): Promise<void> {
  const plan = await app.plan({ full: true });
  const engine = createRunEngine(parts);
  await engine.start({
    runId: plan.runId,
    digest: plan.digest,
    confirmation: plan.confirmationPhrase,
    snapshot: 'take',
    reason: null,
  });
  await engine.watch(plan.runId, () => undefined).ended;
}

async function holder(parts: EngineParts): Promise<LeaseHolder | undefined> {
  const target = await parts.targets.open(undefined);
  const held = await target.leases.find();
  await target.close();
  return held;
}

describe('run that ends badly', () => {
  test('lets go of its lease although the run file could not be closed', async () => {
    const parts = await partsOf(({ runFiles }) => ({ runFiles: failingToClose(runFiles) }));

    await startOn(parts);

    expect(await holder(parts)).toBeUndefined();
    expect((await migration.world()).objects).toEqual({});
  });

  test('lets go of lease and writing session when it cannot be launched, and changes nothing', async () => {
    const referenceFiles = { open: () => Promise.reject(failure) };
    const parts = await partsOf(() => ({ referenceFiles }));
    const targets = countingWriters(parts.targets);
    const before = await migration.world();

    await expect(startOn({ ...parts, targets })).rejects.toBe(failure);

    expect(targets.openWriters).toBe(0);
    expect(await holder(parts)).toBeUndefined();
    expect(await migration.world()).toEqual(before);
  });
});
