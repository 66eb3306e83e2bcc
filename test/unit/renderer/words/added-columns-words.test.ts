import { describe, expect, test } from 'vitest';
import {
  addedColumnsText,
  mayPlanDrop,
} from '../../../../src/renderer/words/added-columns-words.ts';
import type { BatchStatus } from '../../../../src/shared/domain/status.ts';

function aBatch(records: number, rolledBack: number): BatchStatus {
  return {
    batchId: 'b',
    status: 'completed',
    totalFiles: records,
    stored: { completed: null, failed: null, verified: null },
    recomputed: { records, completed: 0, failed: 0, verified: 0, pending: 0, rolledBack },
    countersAgree: true,
    startedAt: null,
    completedAt: null,
  };
}

describe('the columns that a migration added', () => {
  test('may be dropped once every record of every batch is rolled back', () => {
    const done = { batches: [aBatch(3, 3), aBatch(0, 0)] };

    expect(mayPlanDrop(done)).toBe(true);
    expect(addedColumnsText(done)).toContain('cannot be taken back');
  });

  test('stay while a record is left, failed and pending ones too, and say how many', () => {
    const left = { batches: [aBatch(3, 3), aBatch(2, 1)] };

    expect(mayPlanDrop(left)).toBe(false);
    expect(addedColumnsText(left)).toContain('1 record is not');
  });
});
