import { describe, expect, test } from 'vitest';
import { rowAddressOf, sameObject } from '../../../../src/main/core/plan/row-address.ts';
import {
  batchWithRunTime,
  sameRow,
  withRunTime,
} from '../../../../src/main/core/plan/run-values.ts';
import { type RowValues, RUN_TIME } from '../../../../src/shared/domain/plan.ts';
import { batchValues } from '../../../support/builders/a-plan.ts';
import { anObject } from '../../../support/builders/a-record.ts';
import { anItem } from '../../../support/builders/an-item.ts';

const NOW = '2026-08-01 12:00:00';
const row = anItem().before;

describe('values of a run', () => {
  test('hold the moment of the run where the plan could not know it', () => {
    expect(withRunTime(anItem().after, NOW)).toEqual({
      status: 'rolled_back',
      completedAt: NOW,
      file: { r2Key: null, checksum: null, updatedAt: NOW, marks: null },
    });
    expect(batchWithRunTime(batchValues({ completedAt: RUN_TIME }), NOW).completedAt).toBe(NOW);
  });

  test('stay as they are where the plan knew them', () => {
    const withoutFile = { ...row, file: null };

    expect(withRunTime(row, NOW)).toEqual(row);
    expect(withRunTime(withoutFile, NOW)).toEqual(withoutFile);
    expect(batchWithRunTime(batchValues(), NOW)).toEqual(batchValues());
  });

  test.each<Partial<RowValues>>([
    { status: 'verified' },
    { completedAt: null },
    { file: null },
    { file: { r2Key: 'x', checksum: 'c0ffee', updatedAt: '2024-11-02 10:00:01', marks: null } },
    { file: { r2Key: 'files/1', checksum: null, updatedAt: '2024-11-02 10:00:01', marks: null } },
    { file: { r2Key: 'files/1', checksum: 'c0ffee', updatedAt: '', marks: null } },
  ])('are the same row only when every value is (%j)', (change) => {
    expect(sameRow(row, { ...row })).toBe(true);
    expect(sameRow(row, { ...row, ...change })).toBe(false);
    expect(sameRow({ ...row, ...change }, row)).toBe(false);
  });

  test('are the same row without a file row on both sides', () => {
    expect(sameRow({ ...row, file: null }, { ...row, file: null })).toBe(true);
  });
});

describe('object of a plan', () => {
  test.each([{ etag: 'x' }, { sizeBytes: 1 }, { lastModified: '2025-01-01T00:00:00.000Z' }])(
    'is another one when %j changed',
    (change) => {
      expect(sameObject(anObject(), anObject())).toBe(true);
      expect(sameObject(anObject(), anObject(change))).toBe(false);
    },
  );
});

describe('address of an item', () => {
  test('names the file row only where the item has values for it', () => {
    expect(rowAddressOf(anItem())).toEqual({ recordId: 'r-1', fileId: 'f-1' });
    expect(rowAddressOf(anItem({ before: { ...row, file: null } }))).toEqual({
      recordId: 'r-1',
      fileId: null,
    });
  });
});
