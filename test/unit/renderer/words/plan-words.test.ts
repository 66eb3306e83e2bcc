import { describe, expect, test } from 'vitest';
import {
  actionText,
  changedFileCount,
  consequenceText,
  planFigures,
  pointOfNoReturnText,
  proofText,
} from '../../../../src/renderer/words/plan-words.ts';
import { rowChanges } from '../../../../src/renderer/words/row-change.ts';
import { aPlan, aRowReset } from '../a-plan.ts';

const counts = aPlan().counts;

describe('words of a plan', () => {
  test('count the files that change, not the rows of the table files', () => {
    expect(changedFileCount(aPlan())).toBe(212);
    expect(actionText(aPlan())).toBe('Roll back 212 files');
  });

  test('name the consequence of a rollback and that it can be undone', () => {
    expect(consequenceText(aPlan())).toBe(
      '212 rows are reset, then 191 objects (14.7 MiB) move from the bucket into quarantine. It can be undone until the quarantine is purged.',
    );
  });

  test('say that no object is touched where only rows change', () => {
    const plan = aPlan({ counts: { ...counts, objectsToMove: 0 } });

    expect(consequenceText(plan)).toBe(
      '212 rows are reset. No object is touched. It can be undone.',
    );
  });

  test('say that no row is touched where only objects go', () => {
    expect(consequenceText(aPlan({ counts: { ...counts, rowsToChange: 0 } }))).toMatch(
      /No row is touched/,
    );
  });

  test('say that a purge is for good', () => {
    expect(consequenceText(aPlan({ kind: 'purge' }))).toMatch(/for good.*cannot be undone/);
    expect(actionText(aPlan({ kind: 'purge' }))).toBe('Purge 191 objects');
  });

  test('say that an undo leaves newer data alone', () => {
    expect(consequenceText(aPlan({ kind: 'undo' }))).toMatch(/Anything newer stays as it is/);
  });

  test('give four figures of a rollback, with exact bytes at hand', () => {
    expect(planFigures(aPlan()).map(({ value }) => value)).toEqual(['212', '191', '14.7 MiB', '8']);
    expect(planFigures(aPlan())[2]?.title).toBe('15,414,067 bytes');
  });

  test('name no freed bytes for an undo', () => {
    const labels = planFigures(aPlan({ kind: 'undo' })).map(({ label }) => label);

    expect(labels).toEqual(['Rows restored', 'Objects restored', 'Files held']);
  });

  test('claim a copy elsewhere only where all is proved', () => {
    const unproved = { ...counts, unproved: 2 };

    expect(proofText(aPlan())).toMatch(/exists elsewhere/);
    expect(proofText(aPlan({ kind: 'purge' }))).toMatch(/exists elsewhere/);
    expect(proofText(aPlan({ counts: unproved }))).toMatch(/^2 files .* could not be proved/);
  });

  test('name the step that is the point of no return', () => {
    const steps = [
      { name: 'purge-objects' as const, title: 'Purge', itemCount: 1, pointOfNoReturn: true },
    ];

    expect(pointOfNoReturnText(aPlan({ kind: 'purge', steps }))).toMatch(/^“Purge” is the point/);
    expect(pointOfNoReturnText(aPlan())).toMatch(/^No step is a point of no return\. The purge/);
  });
});

describe('row change', () => {
  test('marks the values that differ', () => {
    const changed = rowChanges(aRowReset()).filter((change) => change.changed);

    expect(changed.map(({ label }) => label)).toEqual([
      'status',
      'files.r2_key',
      'files.checksum',
      'files.updated_at',
    ]);
  });

  test('leaves the columns of files out where there is no such row', () => {
    const { before, after } = aRowReset();
    const item = { before: { ...before, file: null }, after: { ...after, file: null } };

    expect(rowChanges(item).map(({ label }) => label)).toEqual(['status', 'completed_at']);
  });
});
