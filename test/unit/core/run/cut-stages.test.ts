import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StageCut, StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import { cutStages } from '../../../../src/main/core/run/cut-stages.ts';
import { aStoredPlan, planCounts } from '../../../support/builders/a-plan.ts';
import { anItem } from '../../../support/builders/an-item.ts';
import { propertySettings } from '../../../support/migration/property-settings.ts';

/** Cuts a plan of so many files into stages; `shared` are the groups that share an object or a row. */
function cut(
  files: number,
  sizes: readonly number[],
  shared: readonly (readonly number[])[] = [],
): StageCut {
  const items = Array.from({ length: files }, (_, index) => anItem({ seq: index + 1 }));
  return cutStages(
    aPlanOf(items, shared),
    sizes.map((size) => ({ files: size })),
  );
}

function aPlanOf(items: readonly StoredItem[], shared: readonly (readonly number[])[]) {
  const counts = planCounts({
    records: items.length,
    rowsToChange: items.length,
    objectsToMove: items.length,
    bytesToFree: items.reduce((sum, item) => sum + (item.object?.sizeBytes ?? 0), 0),
  });
  return {
    readPlan: () => aStoredPlan({ counts }),
    sharedFates: () => shared,
    pageItems: ({ afterSeq, limit }: { readonly afterSeq: number; readonly limit: number }) =>
      items.slice(afterSeq, afterSeq + limit),
  };
}

function stageOf({ stages, deferred }: StageCut, seq: number): number {
  const byPosition = stages.find(({ lastSeq }) => lastSeq === null || seq <= lastSeq);
  return deferred.get(seq) ?? byPosition?.number ?? 0;
}

describe('stages', () => {
  test('are the first files of the plan, and the rest', () => {
    expect(cut(10, [2, 3]).stages).toMatchObject([
      { number: 1, files: 2, lastSeq: 2, checkpoint: 'after-stage-1' },
      { number: 2, files: 3, lastSeq: 5, checkpoint: 'after-stage-2' },
      { number: 3, files: 5, lastSeq: null, checkpoint: null },
    ]);
  });

  test('keep files together that share something, and let them wait for the last of them', () => {
    const { stages, deferred } = cut(6, [2], [[1, 6]]);

    expect(stages).toMatchObject([
      { files: 2, lastSeq: 3 },
      { files: 4, lastSeq: null },
    ]);
    expect([...deferred]).toEqual([[1, 2]]);
  });

  test('join groups that have a file in common', () => {
    const result = cut(
      8,
      [3],
      [
        [1, 2],
        [2, 3],
        [7, 3],
      ],
    );

    expect([1, 2, 3, 7].map((seq) => stageOf(result, seq))).toEqual([2, 2, 2, 2]);
    expect([4, 5, 6].map((seq) => stageOf(result, seq))).toEqual([1, 1, 1]);
  });

  test('take a group whole that is larger than the first stage', () => {
    expect(cut(6, [2], [[1, 2, 3, 4]]).stages).toMatchObject([{ files: 4 }, { files: 2 }]);
  });

  test('are fewer than were asked for when the files are used up', () => {
    expect(cut(4, [2, 5, 9]).stages).toMatchObject([
      { files: 2, checkpoint: 'after-stage-1' },
      { files: 2, checkpoint: null },
    ]);
  });

  test.each([
    ['the first is everything', () => cut(3, [3]), 'takes in all 3'],
    [
      'two have one name',
      () =>
        cutStages(aPlanOf([anItem(), anItem({ seq: 2 }), anItem({ seq: 3 })], []), [
          { files: 1, checkpoint: 'same' },
          { files: 1, checkpoint: 'same' },
        ]),
      'is taken',
    ],
    [
      'a name is one of a step',
      () => cutStages(aPlanOf([anItem()], []), [{ files: 1, checkpoint: 'after-rows' }]),
      'is taken',
    ],
  ])('are refused where %s', (_why, act, message) => {
    expect(act).toThrow(message);
  });

  test('hold every file once, never part a group, and are no larger than asked', () => {
    const group = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: 30 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
        fc.array(group, { maxLength: 4 }),
        (files, sizes, groups) => {
          const shared = groups.map((seqs) => seqs.filter((seq) => seq <= files));
          const merged = shared.flat().length;
          fc.pre(merged + Math.max(...sizes) < files);
          const result = cut(files, sizes, shared);

          const seqs = Array.from({ length: files }, (_, index) => index + 1);
          for (const stage of result.stages) {
            const own = seqs.filter((seq) => stageOf(result, seq) === stage.number);
            expect(own).toHaveLength(stage.files);
            const asked = stage.lastSeq === null ? files : (sizes[stage.number - 1] ?? 0);
            expect(stage.files).toBeLessThanOrEqual(Math.max(asked, merged));
          }
          for (const together of shared) {
            expect(new Set(together.map((seq) => stageOf(result, seq))).size).toBeLessThan(2);
          }
        },
      ),
      propertySettings({ runs: 200 }),
    );
  });
});
