import { describe, expect, test } from 'vitest';
import { batchStatusOf } from '../../../../src/main/core/schema/batch-status.ts';
import { aReferenceMapping } from '../../../support/builders/a-mapping.ts';

const recomputed = {
  records: 3,
  completed: 2,
  failed: 1,
  verified: 0,
  pending: 0,
  rolledBack: 0,
};
const stored = {
  totalFiles: 3,
  completedFiles: 2,
  failedFiles: null,
  verifiedFiles: null,
  status: 'completed',
  startedAt: null,
  completedAt: null,
};

describe('status of a batch', () => {
  test('has counters that disagree where a stored one differs from the records', () => {
    const status = batchStatusOf(aReferenceMapping(), 'b1', { stored, recomputed });

    expect(status).toMatchObject({ countersAgree: false, stored: { failed: null } });
  });

  test('has no counter to disagree where the schema keeps none', () => {
    const reference = aReferenceMapping();
    const columns = { ...reference.batches.columns, failedFiles: null };
    const mapping = { ...reference, batches: { ...reference.batches, columns } };

    expect(batchStatusOf(mapping, 'b1', { stored, recomputed }).countersAgree).toBe(true);
  });

  test('counts nothing for a batch without records', () => {
    const status = batchStatusOf(aReferenceMapping(), 'b1', {
      stored: { ...stored, completedFiles: 0 },
      recomputed: undefined,
    });

    expect(status).toMatchObject({ countersAgree: true, recomputed: { records: 0 } });
  });
});
