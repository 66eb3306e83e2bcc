import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { anOperator, RUN_ID } from '../../support/builders/a-plan.ts';
import { aSmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';
import { aPlanOnDisk } from '../../support/run-file/a-plan-on-disk.ts';

const FILE = `${RUN_ID}.unwind`;
const begin = { startedAt: 'now', startedBy: anOperator(), runTime: 'now', reason: null };

/** Starts a process that begins the run, and kills it (SIGKILL) once it has written. */
async function writeAndDie(folder: string): Promise<NodeJS.Signals | null> {
  const program = fileURLToPath(new URL('../../support/run-file/write-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder, RUN_ID], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
}

describe('run file on disk', () => {
  test('is a single file after planning, and after a writer has closed it', () => {
    const { folder, files } = aPlanOnDisk(3);
    expect(readdirSync(folder)).toEqual([FILE]);

    const runFile = files.open(RUN_ID, 'write');
    runFile.beginRun(begin);
    runFile.close();

    expect(readdirSync(folder)).toEqual([FILE]);
  });

  test('is whole in itself when a writer closes it although a reader is still there', () => {
    const { folder, path, files } = aPlanOnDisk(3);
    const writer = files.open(RUN_ID, 'write');
    const reader = files.open(RUN_ID, 'read');
    writer.beginRun(begin);
    expect(reader.readRun().state).toBe('running');

    writer.close();
    const elsewhere = aFolder();
    copyFileSync(path, join(elsewhere, FILE));

    const copy = openRunFiles(elsewhere).open(RUN_ID, 'read');
    expect(copy.readRun().state).toBe('running');
    copy.close();
    reader.close();
    expect(readdirSync(folder)).toContain(FILE);
  });

  test('keeps what was written before the process was killed, and is a single file again after the next writer', async () => {
    const { folder, files } = aPlanOnDisk(3);

    expect(await writeAndDie(folder)).toBe('SIGKILL');

    const reader = files.open(RUN_ID, 'read');
    expect(reader.readRun().state).toBe('running');
    expect(reader.openIntents()).toMatchObject([{ step: 'reset-rows', firstSeq: 1 }]);
    reader.close();
    files.open(RUN_ID, 'write').close();
    expect(readdirSync(folder)).toEqual([FILE]);
  });

  test('tells file tools what it is', () => {
    const header = readFileSync(aPlanOnDisk(1).path).subarray(0, 100);

    expect(header.toString('latin1', 0, 15)).toBe('SQLite format 3');
    expect(header.toString('latin1', 68, 72)).toBe('UNWD');
    expect(header.readUInt32BE(60)).toBe(6);
  });

  test('can be queried with plain SQL, read-only', () => {
    const { path } = aPlanOnDisk(5);
    const database = new Database(path, { readonly: true });

    expect(
      database
        .prepare(
          'SELECT verdict, count(*) AS n, sum(facts_size) AS bytes FROM item_now GROUP BY verdict',
        )
        .all(),
    ).toEqual([{ verdict: 'change', n: 5, bytes: 5 * 29 }]);
    expect(database.prepare('SELECT state FROM run').pluck().get()).toBe('planned');
    expect(database.prepare("SELECT json ->> '$.target.name' FROM plan").pluck().get()).toBe(
      'prod',
    );
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  });

  test('is not mistaken for a second run when somebody copies it beside itself', () => {
    const { folder, path, files } = aPlanOnDisk(1);

    copyFileSync(path, join(folder, 'copy of the run.unwind'));

    expect(files.list()).toEqual([RUN_ID]);
  });

  test('says that another process writes to it when that one does not let go', () => {
    const { path, files } = aPlanOnDisk(1);
    const runFile = files.open(RUN_ID, 'write');
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');

    expect(() => {
      runFile.beginRun(begin);
    }).toThrow(expect.objectContaining({ code: 'TARGET_LOCKED' }));

    other.exec('ROLLBACK');
    other.close();
    runFile.beginRun(begin);
    runFile.close();
  });
});

const cannotMount = whyNoSmallDisk();

describe.skipIf(cannotMount !== undefined)(
  `read-only disk${cannotMount === undefined ? '' : ` (skipped: ${cannotMount})`}`,
  () => {
    function aReadOnlyPlan(): ReturnType<typeof aPlanOnDisk> {
      const disk = aSmallDisk(1_024);
      onTestFinished(() => {
        disk.unmount();
      });
      const plan = aPlanOnDisk(3, disk.path);
      // Written to once, so that it has been through WAL mode.
      plan.files.open(RUN_ID, 'write').close();
      spawnSync('mount', ['-o', 'remount,ro', disk.path]);
      return plan;
    }

    test('lets a run file be reviewed', () => {
      const runFile = aReadOnlyPlan().files.open(RUN_ID, 'read');

      expect(runFile.readPlan().runId).toBe(RUN_ID);
      expect(runFile.countItems('all')).toBe(3);
      runFile.close();
    });

    test('lets no run begin', () => {
      const { files } = aReadOnlyPlan();

      expect(() => {
        const runFile = files.open(RUN_ID, 'write');
        onTestFinished(() => {
          runFile.close();
        });
        runFile.beginRun(begin);
      }).toThrow(expect.objectContaining({ code: 'FILE_FAILED' }));
    });

    test('lets no plan be made', () => {
      const { folder } = aReadOnlyPlan();

      expect(() => aPlanOnDisk(1, folder)).toThrow(
        expect.objectContaining({ code: 'FILE_FAILED' }),
      );
    });
  },
);
