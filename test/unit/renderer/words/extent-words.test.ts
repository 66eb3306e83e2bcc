import { describe, expect, test } from 'vitest';
import { extentText } from '../../../../src/renderer/words/extent-words.ts';

function of(
  status: string | null,
  records: number,
  change: { bytes?: number; recordsWithoutSize?: number } = {},
) {
  return { status, records, bytes: 0, recordsWithoutSize: 0, ...change };
}

describe('extent of a scope in words', () => {
  test('says how many records match and what they say of their size', () => {
    const statuses = [of('completed', 1_200, { bytes: 2048 }), of('failed', 1)];

    expect(extentText({ statuses }, 'both')).toBe('1,201 records match, 2.0 KiB as recorded.');
  });

  test('leaves out what was rolled back, and says so', () => {
    const statuses = [of('completed', 1, { bytes: 1 }), of('rolled_back', 2, { bytes: 5 })];

    expect(extentText({ statuses }, 'both')).toBe(
      '1 record matches, 1 B as recorded. 2 more are rolled back already.',
    );
    expect(extentText({ statuses }, 'r2-only')).toMatch(/^3 records match/);
    expect(extentText({ statuses: [of('rolled_back', 2)] }, 'database-only')).toBe(
      '2 records match, all of them rolled back already.',
    );
  });

  test('tells records without a size from empty files', () => {
    expect(
      extentText({ statuses: [of('completed', 3, { bytes: 7, recordsWithoutSize: 2 })] }, 'both'),
    ).toBe('3 records match, 7 B recorded by 1 of them.');
    expect(extentText({ statuses: [of(null, 3, { recordsWithoutSize: 3 })] }, 'both')).toBe(
      '3 records match.',
    );
  });

  test('says that a plan would be refused where nothing matches', () => {
    expect(extentText({ statuses: [] }, 'both')).toContain('No record matches');
  });
});
