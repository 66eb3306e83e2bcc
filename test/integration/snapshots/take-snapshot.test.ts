import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { workspaceReferenceFiles } from '../../../src/main/adapters/reference-files/reference-files.ts';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import { folderSnapshots } from '../../../src/main/adapters/snapshots/folder-snapshots.ts';
import { ulidIds } from '../../../src/main/adapters/system/ulid-ids.ts';
import { openSafeModes } from '../../../src/main/adapters/workspace/safe-modes.ts';
import type { RunFile } from '../../../src/main/core/ports/run-file.ts';
import type { SnapshotStore } from '../../../src/main/core/ports/snapshot-store.ts';
import { createProgressMeter } from '../../../src/main/core/run/progress-meter.ts';
import { createRunControl, type RunControl } from '../../../src/main/core/run/run-control.ts';
import { takeSnapshot } from '../../../src/main/core/run/steps/take-snapshot.ts';
import { aBatchRow, aFileRow, aRecordRow } from '../../conformance/migration-rows.ts';
import { aHandClock } from '../../support/builders/a-clock.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { anOpenRun } from '../../support/builders/a-run-file.ts';
import { anItem } from '../../support/builders/an-item.ts';
import { aD1File } from '../../support/d1/d1-file.ts';
import { useSqliteFault } from '../../support/faults/sqlite-faults.ts';
import { strikeAt } from '../../support/faults/strike.ts';
import { openFilesBelow } from '../../support/system/open-files.ts';

interface Step {
  readonly folder: string;
  readonly databaseFolder: string;
  readonly runFile: RunFile;
  readonly control: RunControl;
  /** Takes the snapshot, then closes the reference's files, as a run does. */
  take(store?: SnapshotStore): Promise<string>;
  entries(name: 'backups' | 'snapshots'): readonly string[];
}

/** The snapshot step of a rollback of `files` files on D1, before it begins; `spoil` changes the database first. */
async function aStep(made: {
  readonly files: number;
  readonly spoil?: string;
  readonly onProgress?: (control: RunControl) => void;
}): Promise<Step> {
  const numbers = Array.from({ length: made.files }, (_, index) => index + 1);
  const d1 = aD1File();
  d1.connection.exec('BEGIN');
  d1.insert('migration_batches', [aBatchRow('b-1')]);
  d1.insert(
    'file_migrations',
    numbers.map((at) => aRecordRow(String(at), { id: `r-${String(at)}` })),
  );
  d1.insert(
    'files',
    numbers.map((at) => aFileRow(String(at))),
  );
  d1.connection.exec('COMMIT');
  if (made.spoil !== undefined) d1.connection.exec(made.spoil);
  d1.connection.close();
  const folder = aFolder();
  const runFile = anOpenRun(openRunFiles(join(folder, 'runs')), {
    items: numbers.map((seq) => anItem({ seq })),
  });
  const plan = runFile.readPlan();
  const clock = aHandClock();
  const operator = { user: 'ada', host: 'jump', pid: 1, door: 'cli' } as const;
  const control = createRunControl({
    clock,
    onState: () => undefined,
    onThrottle: () => undefined,
  });
  const reference = await workspaceReferenceFiles({
    workspacePath: folder,
    logLevel: 'INFO',
    secrets: () => [],
  }).open({
    runId: plan.runId,
    startedAtMs: clock.nowMs(),
    operator: 'ada@jump',
  });
  onTestFinished(() => reference.close());
  const progress = createProgressMeter({
    runId: plan.runId,
    steps: plan.steps,
    clock,
    onChange: () => made.onProgress?.(control),
  });
  return {
    folder,
    databaseFolder: dirname(d1.path),
    runFile,
    control,
    take: async (snapshots = folderSnapshots(join(folder, 'snapshots'))) => {
      try {
        return await takeSnapshot({
          runFile,
          plan,
          snapshots,
          safeModes: openSafeModes(join(folder, 'workspace.sqlite')),
          reference,
          operator,
          clock,
          ids: ulidIds(),
          control,
          progress,
          crashAt: () => undefined,
          snapshot: 'take',
          target: { database: openD1Database({ path: d1.path }), identity: plan.target },
        });
      } finally {
        await reference.close();
      }
    },
    entries: (name) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []),
  };
}

/** A store on a disk that gives something else back than was written. */
function onBadDisk(folder: string): SnapshotStore {
  const store = folderSnapshots(folder);
  return {
    ...store,
    begin: async (request) => {
      const writer = await store.begin(request);
      const path = join(folder, request.snapshotId, 'files.ndjson.zst');
      return {
        ...writer,
        finish: async () => {
          await vi.waitUntil(() => existsSync(path));
          rmSync(path);
          writeFileSync(path, zstdCompressSync('{"id":"f-2"}\n'));
          return writer.finish();
        },
      };
    },
  };
}

describe('snapshot step', () => {
  test('keeps the rows of all three tables in a snapshot and in the backup file', async () => {
    const step = await aStep({ files: 3 });

    expect(await step.take()).toBe('done');

    const id = step.runFile.readRun().snapshotId ?? '';
    const { tables } = await folderSnapshots(join(step.folder, 'snapshots')).verify(id);
    expect(tables.map(({ table, rowCount }) => [table, rowCount])).toEqual([
      ['migration_batches', 1],
      ['file_migrations', 3],
      ['files', 3],
    ]);
    expect(step.entries('backups')).toEqual(['migration_backup_20260801_120000.json']);
  });

  test('leaves no backup file behind when the snapshot is not what was written', async () => {
    const step = await aStep({ files: 3 });

    const taken = step.take(onBadDisk(join(step.folder, 'snapshots')));

    await expect(taken).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
    expect(step.runFile.readRun().snapshotId).toBeNull();
    expect([step.entries('backups'), step.entries('snapshots')]).toEqual([[], []]);
  });

  test('keeps a snapshot that the run file names, also where the audit trail cannot take it', async () => {
    const step = await aStep({ files: 3 });
    const only = (sql: string, values: readonly unknown[]): boolean =>
      sql.includes('INTO audit') && values.includes('snapshot.taken');
    const strike = strikeAt(1, 'once');
    useSqliteFault({ folder: step.folder, kind: 'SQLITE_FULL', strike, only });
    onTestFinished(() => {
      useSqliteFault(undefined);
    });

    await expect(step.take()).rejects.toMatchObject({ code: 'DISK_FULL' });

    const id = step.runFile.readRun().snapshotId ?? '';
    expect(await folderSnapshots(join(step.folder, 'snapshots')).verify(id)).toBeDefined();
    expect(await step.take()).toBe('done');
    expect(step.entries('snapshots')).toEqual([id]);
  });

  test('leaves no file of the database open where no snapshot can be begun', async () => {
    const step = await aStep({ files: 3 });
    writeFileSync(join(step.folder, 'snapshots'), 'no folder');

    await expect(step.take()).rejects.toMatchObject({ code: 'FILE_FAILED' });

    expect(openFilesBelow(step.databaseFolder)).toEqual([]);
  });

  test('ends in peace when it is stopped while the rows that nobody waits for cannot be read', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    onTestFinished(() => void process.off('unhandledRejection', listener));
    const step = await aStep({
      files: 5_001,
      spoil: `ALTER TABLE file_migrations ADD COLUMN note BLOB; UPDATE file_migrations SET note = x'00' WHERE id = 'r-5001'`,
      onProgress: (control) => {
        control.stop();
      },
    });

    expect(await step.take()).toBe('stopped');

    await setImmediate();
    expect(unhandled).toEqual([]);
    expect([step.entries('backups'), step.entries('snapshots')]).toEqual([[], []]);
  });
});
