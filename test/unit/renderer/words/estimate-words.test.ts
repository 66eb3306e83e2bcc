import { describe, expect, test } from 'vitest';
import { estimateText } from '../../../../src/renderer/words/estimate-words.ts';

describe('estimate in words', () => {
  test('says how long, and by how many runs of which target', () => {
    expect(
      estimateText({ expectedMs: 252_400, basis: { runs: 6, files: 12_000, isOfTarget: true } }),
    ).toBe('About 4 m 12 s, at the pace of 6 earlier runs (12,000 files) of this target.');
    expect(estimateText({ expectedMs: 70, basis: { runs: 1, files: 1, isOfTarget: false } })).toBe(
      'Less than a second, at the pace of 1 earlier run (1 file) of other targets: none of this one has ended.',
    );
  });
});
