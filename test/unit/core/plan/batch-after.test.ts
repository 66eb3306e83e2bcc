import { describe, expect, test } from 'vitest';
import { batchAfter, sameBatch, withChanges } from '../../../../src/main/core/plan/batch-after.ts';
import { RUN_TIME } from '../../../../src/shared/domain/plan.ts';
import { batchValues } from '../../../support/builders/a-plan.ts';

const counters = { records: 6, completed: 3, failed: 1, verified: 2, pending: 1, rolledBack: 1 };

describe('counters of a batch', () => {
  test.each([
    ['completed', { completed: 2, rolledBack: 2 }],
    ['verified', { completed: 2, verified: 1, rolledBack: 2 }],
    ['failed', { failed: 0, rolledBack: 2 }],
    ['pending', { pending: 0, rolledBack: 2 }],
    ['processing', { pending: 0, rolledBack: 2 }],
    [null, { pending: 0, rolledBack: 2 }],
  ])('follow a record from %s to rolled_back', (from, change) => {
    expect(withChanges(counters, [{ from, to: 'rolled_back', count: 1 }])).toEqual({
      ...counters,
      ...change,
    });
  });

  test('follow records back again', () => {
    const there = withChanges(counters, [{ from: 'verified', to: 'rolled_back', count: 2 }]);

    expect(withChanges(there, [{ from: 'rolled_back', to: 'verified', count: 2 }])).toEqual(
      counters,
    );
  });
});

describe('batch row after a rollback', () => {
  test('holds the recomputed counters and keeps status and time while something is migrated', () => {
    expect(batchAfter(batchValues(), { ...counters, completed: 1, verified: 0 })).toEqual({
      completedFiles: 1,
      failedFiles: 1,
      verifiedFiles: 0,
      status: 'completed',
      completedAt: '2024-11-02 11:00:00',
    });
  });

  test('is rolled_back, with the time of the run, once nothing is migrated any more', () => {
    const none = { ...counters, completed: 0, verified: 0, pending: 0, rolledBack: 5 };

    expect(batchAfter(batchValues(), none)).toMatchObject({
      status: 'rolled_back',
      completedAt: RUN_TIME,
    });
  });

  test.each([
    [
      'a record could still become migrated',
      { completed: 0, verified: 0, pending: 1, rolledBack: 5 },
    ],
    ['no record was rolled back', { completed: 0, verified: 0, pending: 0, rolledBack: 0 }],
  ])('keeps its status while %s', (_why, change) => {
    expect(batchAfter(batchValues(), { ...counters, ...change })).toMatchObject({
      status: 'completed',
    });
  });

  test('keeps the time of a batch that was rolled back before', () => {
    const before = batchValues({ status: 'rolled_back', completedAt: '2025-01-01 00:00:00' });
    const none = { ...counters, completed: 0, verified: 0, pending: 0 };

    expect(batchAfter(before, none)).toMatchObject({ completedAt: '2025-01-01 00:00:00' });
  });
});

describe('two batch rows', () => {
  test.each([
    { completedFiles: 9 },
    { failedFiles: null },
    { verifiedFiles: 9 },
    { status: 'x' },
    { completedAt: null },
  ])('are the same only when every value is (%j)', (change) => {
    expect(sameBatch(batchValues(), batchValues())).toBe(true);
    expect(sameBatch(batchValues(), batchValues(change))).toBe(false);
  });
});
