import { describe, expect, test } from 'vitest';
import {
  checkScope,
  scopeEmpty,
  scopeInWords,
} from '../../../../src/main/core/plan/scope-in-words.ts';
import type { ScopeCatalogue } from '../../../../src/main/core/ports/migration-database.ts';
import { Scope } from '../../../../src/shared/domain/scope.ts';

const catalogue: ScopeCatalogue = {
  batchIds: ['b-1', 'b-2'],
  userIds: ['u-1'],
  recordCount: 7,
  failedCount: 2,
  firstDay: '2024-11-01',
  lastDay: '2024-11-30',
};

describe('scope', () => {
  test.each([
    [{ full: true }, 'every migration, rows and objects'],
    [
      { batchId: 'b-7', failedOnly: true, mode: 'database-only' },
      'batch b-7, failed records, rows only',
    ],
    [
      { userId: 'u', startDate: '2024-11-01', endDate: '2024-11-02', mode: 'r2-only' },
      'user u, from 2024-11-01 (UTC), through 2024-11-02 (UTC), objects only',
    ],
  ])('%j is said as "%s"', (scope, words) => {
    expect(scopeInWords(Scope.parse(scope))).toBe(words);
  });

  test.each([
    { batchId: 'b' },
    { userId: 'u' },
    { failedOnly: true },
    { full: true },
    { startDate: '2024-11-01' },
    { endDate: '2024-11-01' },
    { full: true, startDate: '2024-11-01', endDate: '2024-11-01' },
    { batchId: 'b', userId: 'u', failedOnly: true },
  ])('%j is accepted', (scope) => {
    expect(() => {
      checkScope(Scope.parse(scope));
    }).not.toThrow();
  });

  test.each([
    [{}, /selects nothing/],
    [{ mode: 'r2-only' }, /selects nothing/],
    [{ full: true, batchId: 'b' }, /everything .* and for a part/],
    [{ full: true, userId: 'u' }, /everything .* and for a part/],
    [{ full: true, failedOnly: true }, /everything .* and for a part/],
    [{ startDate: '2024-11-02', endDate: '2024-11-01' }, /ends \(2024-11-01\) before it starts/],
  ])('%j is refused as contradictory', (scope, message) => {
    expect(() => {
      checkScope(Scope.parse(scope));
    }).toThrow(
      expect.objectContaining({
        code: 'SCOPE_CONTRADICTORY',
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  test.each(['2024-02-30', '24-01-01', '2024-1-1', 'yesterday', '2024-13-01', ''])(
    'takes no such day as %j',
    (startDate) => {
      expect(Scope.safeParse({ startDate }).success).toBe(false);
    },
  );

  test('that matches nothing is refused with what there is to choose from', () => {
    expect(scopeEmpty(Scope.parse({ batchId: 'b-9' }), catalogue)).toMatchObject({
      code: 'SCOPE_EMPTY',
      message: 'No migration records found for batch b-9, rows and objects.',
      hint: 'The database has 7 records (2 failed) between 2024-11-01 and 2024-11-30 (UTC), in batches b-1, b-2, of users u-1.',
      details: catalogue,
    });
  });

  test('that meets an empty database is refused with the hint that it may be the wrong one', () => {
    const empty = { ...catalogue, recordCount: 0, firstDay: null, lastDay: null };

    expect(scopeEmpty(Scope.parse({ full: true }), empty).hint).toMatch(/right target/);
  });
});
