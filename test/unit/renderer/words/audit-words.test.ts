import { describe, expect, test } from 'vitest';
import {
  dayOutcomeText,
  durationSentence,
  outcomeSentence,
  percentText,
} from '../../../../src/renderer/words/audit-words.ts';
import type { Analysis, AnalysisFigures } from '../../../../src/shared/domain/analysis.ts';

const NONE: AnalysisFigures = {
  runs: 0,
  succeeded: 0,
  partial: 0,
  failed: 0,
  interrupted: 0,
  open: 0,
  itemsPlanned: 0,
  itemsDone: 0,
  itemsFailed: 0,
  itemsDrifted: 0,
  successFraction: null,
  failureFraction: null,
  bytesQuarantined: 0,
  bytesFreed: 0,
  resumes: 0,
  durations: { medianMs: null, p95Ms: null, longestMs: null },
};

describe('a fraction in words', () => {
  test.each([
    [0, '0 %'],
    [0.0001, '0.1 %'],
    [0.5, '50 %'],
    [0.9996, '99.9 %'],
    [1, '100 %'],
  ])('of %d is %s: all and nothing are said of all and nothing only', (fraction, text) => {
    expect(percentText(fraction)).toBe(text);
  });
});

describe('whether runs succeeded', () => {
  test('is said in one sentence', () => {
    expect(outcomeSentence(NONE)).toBe('No run began on these days.');
    expect(outcomeSentence({ ...NONE, runs: 2, succeeded: 2 })).toBe(
      '2 runs, all of them succeeded.',
    );
    expect(outcomeSentence({ ...NONE, runs: 4, succeeded: 2, failed: 1, open: 1 })).toBe(
      '2 of 4 runs succeeded; 1 failed, 1 without an outcome yet.',
    );
  });

  test('is said of a day with its date', () => {
    expect(dayOutcomeText({ day: '2026-11-27', figures: NONE })).toBe('2026-11-27: no run');
    expect(
      dayOutcomeText({
        day: '2026-11-27',
        figures: { ...NONE, runs: 3, succeeded: 1, partial: 1, interrupted: 1 },
      }),
    ).toBe('2026-11-27: 1 succeeded, 1 partly done, 1 interrupted');
  });
});

describe('how long runs took', () => {
  test('names the slow ones', () => {
    const analysis = {
      figures: { ...NONE, durations: { medianMs: 2_000, p95Ms: 400_000, longestMs: 400_000 } },
      slowRuns: [{}],
    } as unknown as Analysis;

    expect(durationSentence(analysis)).toBe(
      'Half of them took less than 2.0 s, 95 of 100 less than 6 m 40 s; 1 was slow.',
    );
  });
});
