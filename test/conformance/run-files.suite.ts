import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { PlanFile, RunFile, RunFiles } from '../../src/main/core/ports/run-file.ts';
import { aPlanHeader, aStoredPlan, planCounts, RUN_ID } from '../support/builders/a-plan.ts';
import { aFinishedPlan, anOpenRun } from '../support/builders/a-run-file.ts';
import { aHeldItem, anItem, anUntouchedItem } from '../support/builders/an-item.ts';
import { describeItemPages } from './run-file-items.suite.ts';
import { describeJournal } from './run-file-journal.suite.ts';

/** An empty workspace of run files, and a hand that moves a file out of it. */
export interface FreshRunFiles {
  readonly files: RunFiles;
  /** Moves a finished plan's file elsewhere and returns where it is. */
  moveAway(runId: string): string;
}

/** What every implementation of `RunFiles` promises. `create` makes an empty workspace per test. */
export function describeRunFiles(name: string, create: () => FreshRunFiles): void {
  describe(`run files in ${name}`, () => {
    let fresh: FreshRunFiles;
    beforeEach(() => {
      fresh = create();
    });

    describeFinishedPlan(() => fresh.files);
    describePlanInTheMaking(() => fresh.files);
    describeItemPages(() => fresh.files);
    describeJournal(() => fresh.files);
    describeWorkspace(() => fresh);
  });
}

function describeFinishedPlan(files: () => RunFiles): void {
  describe('finished plan', () => {
    test('is read as it was written, by readers and writers', () => {
      const plan = aFinishedPlan(files());

      for (const access of ['read', 'write'] as const) {
        const runFile = files().open(plan.runId, access);
        expect(runFile.runId).toBe(plan.runId);
        expect(runFile.readPlan()).toEqual(plan);
        runFile.close();
      }
    });

    test('has a run that has not begun, with each step waiting in the order of the plan', () => {
      const runFile = anOpenRun(files());

      expect(runFile.readRun()).toEqual({
        state: 'planned',
        startedAt: null,
        finishedAt: null,
        reason: null,
        startedBy: null,
        runTime: null,
        snapshotId: null,
        error: null,
        verification: null,
      });
      expect(runFile.steps()).toEqual(
        aStoredPlan().steps.map(({ name }) => ({
          name,
          state: 'waiting',
          startedAt: null,
          finishedAt: null,
        })),
      );
      expect(runFile.openIntents()).toEqual([]);
      expect(runFile.auditEvents()).toEqual([]);
      expect(runFile.appliedBatches()).toEqual(new Map());
    });

    test('may be closed twice', () => {
      const runFile = anOpenRun(files());

      runFile.close();
      runFile.close();
    });
  });
}

function describePlanInTheMaking(files: () => RunFiles): void {
  function start(): PlanFile {
    const file = files().create(aPlanHeader());
    onTestFinished(() => {
      file.discard();
    });
    return file;
  }

  describe('plan in the making', () => {
    test('cannot be opened and is not listed', () => {
      start().appendItems([anItem()]);

      expect(files().list()).toEqual([]);
      expect(() => files().open(RUN_ID, 'read')).toThrow(
        expect.objectContaining({ code: 'RUN_NOT_FOUND' }),
      );
    });

    test('remembers objects that were looked at, and tells them from those that were not', () => {
      const file = start();
      const { object } = anItem();
      const facts = { ...object, key: 'a', sizeBytes: 7, etag: 'e', lastModified: '2024-01-01' };

      file.saveObjectFacts(['a', 'b'], new Map([['a', facts]]));

      expect(file.objectFacts(['a', 'b', 'c'])).toEqual(
        new Map<string, unknown>([
          ['a', facts],
          ['b', 'absent'],
        ]),
      );
    });

    test('leaves nothing when it is given up, however often', () => {
      const file = start();
      file.appendItems([anItem()]);

      file.discard();
      file.discard();

      expect(files().list()).toEqual([]);
      aFinishedPlan(files());
    });

    test('keeps its file when it is given up after it was finished', () => {
      const file = start();
      file.appendItems([anItem()]);
      file.finish(aStoredPlan());

      file.discard();

      expect(files().list()).toEqual([RUN_ID]);
    });

    test('has its file to itself', () => {
      start().appendItems([anItem()]);

      expect(() => files().create(aPlanHeader())).toThrow(
        expect.objectContaining({ code: 'FILE_FAILED' }),
      );
    });

    test('adds its items up', () => {
      const file = start();
      file.appendItems([
        anItem({ seq: 1 }),
        anItem({ seq: 2, objectAction: 'keep-shared', objectState: 'none' }),
        anItem({ seq: 3, before: { ...anItem().before, file: null }, originalProof: 'unknown' }),
        aHeldItem({ seq: 4 }),
        anUntouchedItem({ seq: 5 }),
        anItem({ seq: 6, rowAction: 'none', rowState: 'none', objectProof: 'disproved' }),
      ]);

      expect(file.counts()).toEqual(
        planCounts({
          records: 6,
          rowsToChange: 3,
          filesToChange: 2,
          objectsToMove: 3,
          bytesToFree: 3 * 29,
          objectsShared: 1,
          held: 1,
          untouched: 1,
          unproved: 2,
        }),
      );
    });

    test('adds up to nothing without items', () => {
      const nothing = {
        records: 0,
        rowsToChange: 0,
        filesToChange: 0,
        objectsToMove: 0,
        bytesToFree: 0,
      };

      const file = start();

      expect(file.counts()).toEqual(planCounts(nothing));
      expect(file.batchIds()).toEqual([]);
    });

    test('counts held items by reason, the most frequent first', () => {
      const file = start();
      const held = { reason: 'row-claimed', detail: 'd', fix: 'f' } as const;
      file.appendItems([
        aHeldItem({ seq: 1 }),
        aHeldItem({ seq: 2, held }),
        aHeldItem({ seq: 3, held }),
      ]);

      expect(file.heldByReason()).toEqual([
        { reason: 'row-claimed', count: 2 },
        { reason: 'original-missing', count: 1 },
      ]);
    });

    test('says for each batch how many records go from which status to which', () => {
      const file = start();
      const failed = { ...anItem().before, status: 'failed' };
      file.appendItems([
        anItem({ seq: 1, batchId: 'b-2' }),
        anItem({ seq: 2 }),
        anItem({ seq: 3, before: failed }),
        anItem({ seq: 4 }),
        aHeldItem({ seq: 5, batchId: 'b-3' }),
      ]);

      expect(file.batchIds()).toEqual(['b-1', 'b-2', 'b-3']);
      expect(file.batchChanges()).toEqual([
        { batchId: 'b-1', from: 'completed', to: 'rolled_back', count: 2 },
        { batchId: 'b-1', from: 'failed', to: 'rolled_back', count: 1 },
        { batchId: 'b-2', from: 'completed', to: 'rolled_back', count: 1 },
      ]);
    });

    test('overwrites items by position', () => {
      const file = start();
      file.appendItems([anItem({ seq: 1 }), anItem({ seq: 2 })]);

      file.replaceItems([aHeldItem({ seq: 2 })]);

      expect(file.pageItems({ filter: 'all', afterSeq: 0, limit: 9 })).toEqual([
        anItem({ seq: 1 }),
        aHeldItem({ seq: 2 }),
      ]);
    });
  });

  describe('contested keys', () => {
    const elsewhere = { table: 'files', id: 'f-90', fileId: null, status: null } as const;

    test('are those of several items, or of an item and something outside the plan', () => {
      const file = start();
      const shared = { objectKey: 'files/shared' };
      file.appendItems([
        anItem({ seq: 1 }),
        anItem({ seq: 2, ...shared }),
        anItem({ seq: 3, ...shared }),
        anItem({ seq: 4 }),
      ]);
      file.appendForeignReferences([{ key: 'files/4', ...elsewhere }]);

      expect([...file.contestedKeys()]).toEqual([
        {
          key: 'files/4',
          items: [anItem({ seq: 4 })],
          references: [{ key: 'files/4', ...elsewhere }],
        },
        {
          key: 'files/shared',
          items: [anItem({ seq: 2, ...shared }), anItem({ seq: 3, ...shared })],
          references: [],
        },
      ]);
    });

    test('are none of the rows of the plan itself, nor of objects that it is not about', () => {
      const file = start();
      file.appendItems([anItem({ seq: 1 }), anItem({ seq: 2, objectKey: null })]);
      file.appendForeignReferences([
        { key: 'files/1', table: 'files', id: 'f-1', fileId: null, status: null },
        { key: 'files/1', table: 'file_migrations', id: 'r-1', fileId: 'f-1', status: 'completed' },
        { key: 'files/other', ...elsewhere },
      ]);

      expect([...file.contestedKeys()]).toEqual([]);
    });

    test('tell a record from a file row with the same id', () => {
      const file = start();
      file.appendItems([anItem({ seq: 1, recordId: 'x', fileId: 'y' })]);
      const record = {
        key: 'files/1',
        table: 'file_migrations',
        id: 'y',
        fileId: 'z',
        status: 'verified',
      } as const;
      file.appendForeignReferences([record, { ...elsewhere, key: 'files/1', id: 'x' }]);

      expect([...file.contestedKeys()][0]?.references).toEqual([
        record,
        { ...elsewhere, key: 'files/1', id: 'x' },
      ]);
    });
  });
}

function describeWorkspace(fresh: () => FreshRunFiles): void {
  const ids = [
    '01K1BBBBBBBBBBBBBBBBBBBBBB',
    '01K1AAAAAAAAAAAAAAAAAAAAAA',
    '01K1CCCCCCCCCCCCCCCCCCCCCC',
  ];

  describe('workspace', () => {
    test('is empty before the first plan', () => {
      expect(fresh().files.list()).toEqual([]);
    });

    test('lists its plans, the newest first', () => {
      for (const runId of ids) aFinishedPlan(fresh().files, { plan: { runId } });

      expect(fresh().files.list()).toEqual(ids.toSorted().toReversed());
    });

    test('keeps plans apart', () => {
      for (const runId of ids)
        aFinishedPlan(fresh().files, { plan: { runId, scopeInWords: runId } });

      const found = ids.map((runId) => {
        const runFile = fresh().files.open(runId, 'read');
        const words = runFile.readPlan().scopeInWords;
        runFile.close();
        return words;
      });

      expect(found).toEqual(ids);
    });

    test('says that a run does not exist', () => {
      expect(() => fresh().files.open(RUN_ID, 'read')).toThrow(
        expect.objectContaining({ code: 'RUN_NOT_FOUND' }),
      );
      expect(() => fresh().files.open(RUN_ID, 'write')).toThrow(
        expect.objectContaining({ code: 'RUN_NOT_FOUND' }),
      );
      expect(() => fresh().files.register('/nowhere/x.unwind')).toThrow(
        expect.objectContaining({ code: 'RUN_NOT_FOUND' }),
      );
    });

    test('opens a file that lies elsewhere once it is registered', () => {
      const { files, moveAway } = fresh();
      const plan = aFinishedPlan(files);
      const path = moveAway(plan.runId);

      expect(files.register(path)).toBe(plan.runId);

      const runFile: RunFile = files.open(plan.runId, 'write');
      expect(runFile.readPlan()).toEqual(plan);
      expect(runFile.path).toBe(path);
      runFile.close();
    });
  });
}
