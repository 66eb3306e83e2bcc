import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LeaseHolder } from '../../../src/main/core/ports/lease.ts';
import type { MigrationWriter } from '../../../src/main/core/ports/migration-database.ts';
import type { RunFiles } from '../../../src/main/core/ports/run-file.ts';
import type { OpenTarget, Targets } from '../../../src/main/core/ports/target.ts';
import { createRunEngine, type EngineParts } from '../../../src/main/core/run/run-engine.ts';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { realEngineParts } from '../../support/migration/engine-parts.ts';
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
  const real = await realEngineParts(migration);
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
