import { describe, expect, test } from 'vitest';
import {
  classifyUndo,
  type UndoFacts,
  undoEvidenceKeys,
} from '../../../../src/main/core/plan/plan-undo.ts';
import { withRunTime } from '../../../../src/main/core/plan/run-values.ts';
import type { StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import { anObject } from '../../../support/builders/a-record.ts';
import { anItem } from '../../../support/builders/an-item.ts';

const NOW = '2026-08-01 12:00:00';
const done = anItem({ rowState: 'done', objectState: 'done', stateDetail: 'was already gone' });
const rolledBack = withRunTime(done.after, NOW);
const copy = anObject({
  key: String(done.quarantineKey),
  lastModified: '2026-08-01T12:00:00.000Z',
});
const newer = anObject({
  key: 'files/1',
  etag: 'new',
  sizeBytes: 5,
  lastModified: '2026-08-02T00:00:00.000Z',
});

function classify(facts: Partial<UndoFacts> = {}): StoredItem {
  return classifyUndo(
    {
      item: done,
      runTime: NOW,
      currentRow: rolledBack,
      currentObject: undefined,
      missingKey: null,
      quarantineCopy: copy,
      ...facts,
    },
    4,
  );
}

describe('undo of a file', () => {
  test('brings back row and object', () => {
    expect(classify()).toMatchObject({
      seq: 4,
      verdict: 'change',
      held: null,
      rowAction: 'restore',
      rowState: 'planned',
      before: rolledBack,
      after: done.before,
      objectAction: 'restore',
      objectState: 'planned',
      object: copy,
      quarantineKey: done.quarantineKey,
      stateDetail: null,
    });
  });

  test('leaves a row alone that holds its old values already', () => {
    const item = classify({ currentRow: done.before });

    expect(item).toMatchObject({ rowAction: 'none', objectAction: 'restore', verdict: 'change' });
    expect(item.after).toEqual(item.before);
  });

  test('leaves an object alone that is there already', () => {
    const put = { key: 'files/1', lastModified: '2026-08-03T00:00:00.000Z' };

    expect(classify({ currentObject: anObject(put) })).toMatchObject({
      rowAction: 'restore',
      objectAction: 'none',
      objectState: 'none',
      objectDetail: 'the object is there already',
      quarantineKey: null,
    });
  });

  test('has nothing to do when both are there already', () => {
    const facts = { currentRow: done.before, currentObject: anObject({ key: 'files/1' }) };

    expect(classify(facts)).toMatchObject({ verdict: 'untouched', held: null });
  });

  test.each<[string, Partial<UndoFacts>]>([
    ['newer-object', { currentObject: newer }],
    ['quarantine-missing', { quarantineCopy: undefined }],
    ['row-moved', { currentRow: { ...rolledBack, status: 'completed' } }],
    ['row-moved', { currentRow: undefined }],
  ])('holds a file (%s) and changes neither part of it (%#)', (reason, facts) => {
    const item = classify(facts);

    expect(item).toMatchObject({
      verdict: 'held',
      held: { reason },
      rowAction: 'none',
      rowState: 'none',
      objectAction: 'none',
      objectState: 'none',
      quarantineKey: null,
    });
    expect(item.after).toEqual(item.before);
  });

  test('restores the row alone where the run left a newer object in place', () => {
    const item = { ...done, objectState: 'drifted' as const };

    expect(classify({ item, currentObject: newer, quarantineCopy: undefined })).toMatchObject({
      verdict: 'change',
      rowAction: 'restore',
      objectAction: 'none',
      objectDetail: 'the rollback left the newer object alone',
    });
  });

  test('restores the row alone where the plan had nothing to do with the object', () => {
    const item = { ...done, objectAction: 'keep-shared' as const, objectState: 'none' as const };

    expect(classify({ item, quarantineCopy: undefined })).toMatchObject({
      rowAction: 'restore',
      objectAction: 'none',
    });
  });

  test.each([
    ['restores', rolledBack, 'restore'],
    ['leaves alone', done.before, 'none'],
  ] as const)(
    '%s a row whose change was begun and never recorded, by what stands there',
    (_what, currentRow, rowAction) => {
      const item = { ...done, rowState: 'planned' as const, objectState: 'planned' as const };

      expect(classify({ item, currentRow })).toMatchObject({
        held: null,
        rowAction,
        objectAction: 'none',
      });
    },
  );

  test('restores no row that the run left alone as drift', () => {
    const item = { ...done, rowState: 'drifted' as const, objectState: 'planned' as const };

    expect(classify({ item })).toMatchObject({ verdict: 'untouched', rowAction: 'none' });
  });
});

describe('evidence for an undo', () => {
  test.each(['quarantined', 'done', 'drifted', 'failed'] as const)(
    'is the object and its copy where the object part is %s',
    (objectState) => {
      expect(undoEvidenceKeys(anItem({ objectState }))).toEqual([
        'files/1',
        '.unwind-quarantine/run/files/1',
      ]);
    },
  );

  test.each(['none', 'planned'] as const)(
    'is nothing in the bucket where it is %s',
    (objectState) => {
      expect(undoEvidenceKeys(anItem({ objectState }))).toEqual([]);
    },
  );
});
