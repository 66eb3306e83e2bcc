import { describe, expect, test } from 'vitest';
import type {
  ItemFilter,
  ItemQuery,
  RunFile,
  RunFiles,
  StoredItem,
} from '../../src/main/core/ports/run-file.ts';
import { outcomeOf } from '../../src/main/core/run/describe-run.ts';
import type { ItemGrouping } from '../../src/shared/domain/plan.ts';
import { aFinishedPlan, anOpenRun } from '../support/builders/a-run-file.ts';
import { aHeldItem, anItem, anUntouchedItem } from '../support/builders/an-item.ts';

const ROW_STATES = ['none', 'planned', 'done', 'drifted', 'failed'] as const;
const OBJECT_STATES = ['none', 'planned', 'quarantined', 'done', 'drifted', 'failed'] as const;

/** One item in each combination of states, held and untouched ones at the end. */
function everyState(): readonly StoredItem[] {
  const changing = ROW_STATES.flatMap((rowState) =>
    OBJECT_STATES.map((objectState) => ({ rowState, objectState })),
  ).map((states, index) => anItem({ seq: index + 1, ...states }));
  const { length } = changing;
  return [...changing, aHeldItem({ seq: length + 1 }), anUntouchedItem({ seq: length + 2 })];
}

const PASSES: Readonly<Record<ItemFilter, (item: StoredItem) => boolean>> = {
  all: () => true,
  changing: (item) => item.verdict === 'change',
  held: (item) => item.verdict === 'held',
  'rows-planned': (item) =>
    item.rowState === 'planned' && item.objectState !== 'drifted' && item.objectState !== 'failed',
  'rows-done': (item) => item.rowState === 'done',
  'objects-planned': (item) =>
    item.objectState === 'planned' && item.rowState !== 'drifted' && item.rowState !== 'failed',
  'objects-quarantined': (item) => item.objectState === 'quarantined',
  'objects-done': (item) => item.objectState === 'done',
  'objects-failed': (item) => item.objectState === 'failed',
};

const FILTERS = Object.keys(PASSES) as ItemFilter[];

/** How items are paged, counted, queried and found. */
export function describeItemPages(files: () => RunFiles): void {
  describe('item', () => {
    test('is read as it was written, cell by cell', () => {
      const items = [
        anItem({ seq: 1, rowState: 'done', objectState: 'quarantined', stateDetail: 'as planned' }),
        aHeldItem({ seq: 2 }),
        anUntouchedItem({
          seq: 3,
          fileId: null,
          userId: null,
          filename: null,
          sourcePath: null,
          objectKey: null,
          object: null,
          objectSha256: null,
          before: {
            status: null,
            completedAt: null,
            file: { r2Key: null, checksum: '', updatedAt: null, marks: null },
          },
          after: {
            status: '',
            completedAt: null,
            file: { r2Key: '', checksum: null, updatedAt: '', marks: null },
          },
        }),
        anItem({
          seq: 4,
          before: { ...anItem().before, file: null },
          after: { ...anItem().after, file: null },
        }),
      ];

      expect(anOpenRun(files(), { items }).itemsBetween(1, 4)).toEqual(items);
    });

    test.each([
      '\u0000a',
      "it's",
      '"',
      'ä\u0308 \u{1F600}',
      'line\nbreak',
      ' ',
      'x'.repeat(10_000),
    ])('keeps the text %j', (text) => {
      const items = [anItem({ recordId: text, filename: text, objectKey: text })];

      expect(anOpenRun(files(), { items }).itemsBetween(1, 1)).toEqual(items);
    });

    test('keeps the size of an object beyond 32 bits', () => {
      const object = { key: 'k', sizeBytes: 5_497_558_138_880, etag: 'e', lastModified: 'l' };

      expect(
        anOpenRun(files(), { items: [anItem({ object })] }).itemsBetween(1, 1)[0]?.object,
      ).toEqual(object);
    });
  });

  describe('page of items', () => {
    test.each(FILTERS)(
      'with the filter %s holds what passes it, in order, and is counted',
      (filter) => {
        const runFile = anOpenRun(files(), { items: everyState() });

        const expected = everyState().filter(PASSES[filter]);

        expect(runFile.pageItems({ filter, afterSeq: 0, limit: 100 })).toEqual(expected);
        expect(runFile.countItems(filter)).toBe(expected.length);
      },
    );

    test('pages through the rows of all items, held ones too', () => {
      const runFile = anOpenRun(files(), { items: everyState() });
      const expected = everyState().map(({ seq, recordId, fileId, rowAction }) => ({
        seq,
        recordId,
        fileId,
        rowAction,
      }));

      expect(runFile.pageItemRows({ afterSeq: 0, limit: 100 })).toEqual(expected);
      expect(runFile.pageItemRows({ afterSeq: 1, limit: 2 })).toEqual(expected.slice(1, 3));
    });

    test.each(FILTERS)('with the filter %s follows on the one before', (filter) => {
      const runFile = anOpenRun(files(), { items: everyState() });

      const seen: StoredItem[] = [];
      for (let page = runFile.pageItems({ filter, afterSeq: 0, limit: 2 }); page.length > 0; ) {
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...page);
        page = runFile.pageItems({ filter, afterSeq: seen.at(-1)?.seq ?? 0, limit: 2 });
      }

      expect(seen).toEqual(everyState().filter(PASSES[filter]));
    });

    test('is found by position', () => {
      const runFile = anOpenRun(files(), { items: everyState() });

      expect(runFile.itemsBetween(3, 5).map((item) => item.seq)).toEqual([3, 4, 5]);
      expect(runFile.itemsBetween(0, 0)).toEqual([]);
    });
  });

  describe('count of a run', () => {
    test('says what became of each planned item, by the same rule as its outcome', () => {
      const runFile = anOpenRun(files(), { items: everyState() });

      const planned = everyState().filter(PASSES.changing);
      const having = (outcome: string): number =>
        planned.filter((item) => outcomeOf(item) === outcome).length;
      const removed = planned.filter(PASSES['objects-done']).length;

      expect(runFile.runCounts()).toEqual({
        planned: planned.length,
        done: having('done'),
        held: 1,
        drifted: having('drifted'),
        failed: having('failed'),
        objectsRemoved: removed,
        objectsRestored: 0,
        bytesQuarantined: 0,
        bytesFreed: 0,
      });
    });

    test('follows what becomes of the items, while the run works, rests and goes on', () => {
      const items = [1, 2, 3].map((seq) =>
        anItem({ seq, objectAction: 'none', objectState: 'none' }),
      );
      const { runId } = aFinishedPlan(files(), { items });
      const writer = files().open(runId, 'write');
      const countsNow = () => {
        const reader = files().open(runId, 'read');
        const { planned, done, failed } = reader.runCounts();
        const counts = {
          planned,
          done,
          failed,
          rowsLeft: reader.countItems('rows-planned'),
          found: reader.queryItems({ outcome: 'done', search: '', offset: 0, limit: 10 }).total,
        };
        reader.close();
        return counts;
      };
      const outcome = (seq: number, rowState: 'done' | 'failed') => {
        const key = { step: 'reset-rows', firstSeq: seq } as const;
        writer.appendIntent({ ...key, at: '2026-01-01T00:00:00Z', lastSeq: seq, itemCount: 1 });
        writer.appendOutcome({
          ...key,
          at: '2026-01-01T00:00:00Z',
          items: [{ seq, rowState }],
          note: null,
        });
      };

      expect(countsNow()).toEqual({ planned: 3, done: 0, failed: 0, rowsLeft: 3, found: 0 });
      outcome(1, 'done');
      expect(countsNow()).toEqual({ planned: 3, done: 1, failed: 0, rowsLeft: 2, found: 1 });
      expect(writer.runCounts()).toMatchObject({ done: 1 });
      writer.updateRun({ state: 'stopped', snapshotId: 's-1' });
      expect(countsNow()).toEqual({ planned: 3, done: 1, failed: 0, rowsLeft: 2, found: 1 });
      writer.updateRun({ state: 'running' });
      outcome(2, 'failed');
      outcome(3, 'done');
      expect(countsNow()).toEqual({ planned: 3, done: 2, failed: 1, rowsLeft: 0, found: 2 });
      writer.updateRun({ state: 'partial' });
      expect(countsNow()).toEqual({ planned: 3, done: 2, failed: 1, rowsLeft: 0, found: 2 });
      writer.checkSound();
      writer.close();
    });

    test('tells restored objects from removed ones', () => {
      const restored = anItem({ objectAction: 'restore', rowState: 'done', objectState: 'done' });
      const purged = anItem({
        seq: 2,
        objectAction: 'purge',
        rowState: 'none',
        objectState: 'done',
      });

      expect(anOpenRun(files(), { items: [restored, purged] }).runCounts()).toMatchObject({
        done: 2,
        objectsRemoved: 1,
        objectsRestored: 1,
      });
    });
  });

  describe('query of items', () => {
    function query(runFile: RunFile, change: Partial<ItemQuery>): readonly [number, ...number[]] {
      const { items, total } = runFile.queryItems({ search: '', offset: 0, limit: 100, ...change });
      return [total, ...items.map((item) => item.seq)];
    }

    test('without conditions holds a page by position and the number of all', () => {
      const runFile = anOpenRun(files(), { items: everyState() });

      expect(query(runFile, { offset: 4, limit: 3 })).toEqual([32, 5, 6, 7]);
      expect(query(runFile, { offset: 31, limit: 3 })).toEqual([32, 32]);
      expect(query(runFile, { offset: 99 })).toEqual([32]);
    });

    test('holds a page of what matches and the number of all that match', () => {
      const runFile = anOpenRun(files(), { items: everyState() });

      expect(query(runFile, { verdict: 'change', offset: 28, limit: 9 })).toEqual([30, 29, 30]);
    });

    test('counts what matches a search, whether a page holds all of it, a part or the end', () => {
      const runFile = anOpenRun(files(), {
        items: [1, 2, 3, 4, 5].map((seq) => anItem({ seq, filename: seq === 3 ? 'x' : 'y.csv' })),
      });

      expect(query(runFile, { search: 'y.csv', limit: 9 })).toEqual([4, 1, 2, 4, 5]);
      expect(query(runFile, { search: 'y.csv', limit: 2 })).toEqual([4, 1, 2]);
      expect(query(runFile, { search: 'y.csv', limit: 4 })).toEqual([4, 1, 2, 4, 5]);
      expect(query(runFile, { search: 'y.csv', offset: 2, limit: 9 })).toEqual([4, 4, 5]);
      expect(query(runFile, { search: 'y.csv', offset: 4, limit: 9 })).toEqual([4]);
      expect(query(runFile, { search: 'nowhere' })).toEqual([0]);
    });

    test('finds by verdict and by the reason of a hold', () => {
      const runFile = anOpenRun(files(), { items: everyState() });

      expect(query(runFile, { verdict: 'held' })).toEqual([1, 31]);
      expect(query(runFile, { verdict: 'untouched' })).toEqual([1, 32]);
      expect(query(runFile, { heldReason: 'original-missing' })).toEqual([1, 31]);
      expect(query(runFile, { heldReason: 'row-claimed' })).toEqual([0]);
    });

    test('counts what matches by user, folder and batch, and finds the items of each group', () => {
      const runFile = anOpenRun(files(), {
        items: [
          anItem({ seq: 1, userId: 'u-1', sourcePath: 'a/b/one.txt' }),
          anItem({ seq: 2, userId: 'u-2', sourcePath: 'a/b/two.txt' }),
          anItem({ seq: 3, userId: 'u-2', sourcePath: 'top.txt', batchId: 'b-2' }),
          anItem({ seq: 4, userId: null, sourcePath: null }),
          anItem({ seq: 5, userId: 'u-2', sourcePath: 'a/B/three.txt', verdict: 'untouched' }),
        ],
      });
      const groups = (by: ItemGrouping, match: Partial<ItemQuery> = {}) => {
        const found = runFile.groupItems({ by, search: '', limit: 10, ...match });
        return [found.total, ...found.groups.map(({ value, files: n }) => [value, n] as const)];
      };

      expect(groups('user')).toEqual([3, ['u-2', 3], [null, 1], ['u-1', 1]]);
      expect(groups('folder')).toEqual([4, ['a/b/', 2], [null, 1], ['', 1], ['a/B/', 1]]);
      expect(groups('batch')).toEqual([2, ['b-1', 4], ['b-2', 1]]);
      expect(groups('user', { limit: 1 })).toEqual([3, ['u-2', 3]]);
      expect(groups('user', { verdict: 'untouched' })).toEqual([1, ['u-2', 1]]);
      expect(query(runFile, { group: { by: 'folder', value: 'a/b/' } })).toEqual([2, 1, 2]);
      expect(query(runFile, { group: { by: 'user', value: null } })).toEqual([1, 4]);
      expect(groups('folder', { group: { by: 'user', value: 'u-2' } })).toEqual([
        3,
        ['', 1],
        ['a/B/', 1],
        ['a/b/', 1],
      ]);
    });

    test('reads all that match, a page after the other, in order', () => {
      const runFile = anOpenRun(files(), { items: everyState() });
      const page = (afterSeq: number) =>
        runFile
          .matchingItems({ verdict: 'change', search: '', afterSeq, limit: 20 })
          .map(({ seq }) => seq);

      expect(page(0)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect(page(20)).toEqual(Array.from({ length: 10 }, (_, index) => index + 21));
      expect(page(30)).toEqual([]);
    });

    test.each(['planned', 'done', 'drifted', 'failed'] as const)(
      'finds by the outcome %s',
      (outcome) => {
        const runFile = anOpenRun(files(), { items: everyState() });

        const expected = everyState().filter((item) => outcomeOf(item) === outcome);

        expect(query(runFile, { outcome })).toEqual([
          expected.length,
          ...expected.map((item) => item.seq),
        ]);
      },
    );

    test.each(['recordId', 'fileId', 'filename', 'sourcePath', 'objectKey'] as const)(
      'searches %s',
      (field) => {
        const items = [anItem({ seq: 1 }), anItem({ seq: 2, [field]: 'some/Needle.txt' })];

        expect(query(anOpenRun(files(), { items }), { search: 'needle' })).toEqual([1, 2]);
      },
    );

    test.each([
      ['%', '100% sure'],
      ['_', 'snake_case'],
      ['\\', 'back\\slash'],
      ['\\%', 'odd\\%'],
      ["'", "it's"],
      ['a%b', 'xa%bx'],
    ])('takes %j as it is written', (search, filename) => {
      const items = [
        anItem({ seq: 1, filename }),
        anItem({ seq: 2, filename: 'nothing odd: aXb' }),
      ];

      expect(query(anOpenRun(files(), { items }), { search })).toEqual([1, 1]);
    });

    test('combines its conditions', () => {
      const items = [anItem({ seq: 1 }), aHeldItem({ seq: 2 }), aHeldItem({ seq: 3 })];
      const runFile = anOpenRun(files(), { items });

      expect(query(runFile, { verdict: 'held', search: 'r-3' })).toEqual([1, 3]);
      expect(query(runFile, { verdict: 'change', search: 'r-3' })).toEqual([0]);
    });
  });

  describe('foreign references of a run', () => {
    const outside = {
      key: 'files/1',
      table: 'files',
      id: 'f-90',
      fileId: null,
      status: null,
    } as const;
    const own = { ...outside, id: 'f-1' };

    test('are those that point at an object that is about to be deleted', () => {
      const items = [
        anItem({ seq: 1, rowState: 'done', objectState: 'quarantined' }),
        anItem({ seq: 2 }),
      ];
      const runFile = anOpenRun(files(), { items });

      expect(
        runFile.findForeignReferences([
          outside,
          { ...outside, key: 'files/2' },
          { ...outside, key: 'x' },
        ]),
      ).toEqual([{ item: items[0], reference: outside }]);
    });

    test.each(['done', 'drifted', 'planned'] as const)(
      "are those of the plan's own rows, too, that still point there though their row is %s",
      (rowState) => {
        const items = [
          anItem({ seq: 1, rowState: 'done', objectState: 'quarantined', fileId: 'f-7' }),
          anItem({ seq: 2, rowState, objectKey: 'files/1', objectState: 'none', fileId: 'f-1' }),
        ];
        const runFile = anOpenRun(files(), { items });

        expect(runFile.findForeignReferences([own])).toEqual([{ item: items[0], reference: own }]);
      },
    );

    test('are none of the rows that an objects-only plan leaves as they are', () => {
      const items = [
        anItem({ seq: 1, rowAction: 'none', rowState: 'none', objectState: 'quarantined' }),
      ];
      const record = { ...outside, table: 'file_migrations', id: 'r-1' } as const;

      expect(anOpenRun(files(), { items }).findForeignReferences([own, record])).toEqual([]);
    });

    test('are rows that an objects-only plan knew to point elsewhere, once they point there', () => {
      const before = { status: 'rolled_back', completedAt: null, file: null };
      const items = [
        anItem({
          seq: 1,
          rowAction: 'none',
          rowState: 'none',
          objectState: 'quarantined',
          before,
          after: before,
        }),
      ];
      const record = { ...outside, table: 'file_migrations', id: 'r-1' } as const;

      expect(anOpenRun(files(), { items }).findForeignReferences([own, record])).toEqual([
        { item: items[0], reference: own },
        { item: items[0], reference: record },
      ]);
    });
  });
}
