import { describe, expect, test } from 'vitest';
import {
  type BlastRadius,
  blastRadiusFindings,
  brokenLimits,
} from '../../../../src/main/core/plan/blast-radius.ts';
import {
  type BlastRadiusLimits,
  type Limit,
  NO_LIMITS,
} from '../../../../src/main/core/ports/blast-radius-limits.ts';

const radius: BlastRadius = { files: 1_200, bytes: 5_000, recordsInTable: 9_999 };

function limit(most: number): Limit {
  return { most, setting: 'UNWIND_MAX_FILES', origin: 'unwind.yaml' };
}

function broken(limits: Partial<BlastRadiusLimits>, change: Partial<BlastRadius> = {}) {
  return brokenLimits({ ...radius, ...change }, { ...NO_LIMITS, ...limits });
}

describe('blast radius', () => {
  test('is nothing to speak of where no limit is set', () => {
    expect(blastRadiusFindings(radius, NO_LIMITS, [])).toEqual([]);
  });

  test.each([
    ['files', 1_200, 1_199],
    ['bytes', 5_000, 4_999],
    ['percent', 12.01, 12],
  ] as const)('may reach the limit of %s and not pass it', (measure, within, over) => {
    expect(broken({ [measure]: limit(within) }, { recordsInTable: 9_995 })).toEqual([]);
    expect(broken({ [measure]: limit(over) }, { recordsInTable: 9_995 })).toHaveLength(1);
  });

  test('names actual value, limit, setting and where it is set', () => {
    expect(broken({ files: limit(1_000) })).toEqual([
      '1,200 files would change, and the limit is 1,000 (UNWIND_MAX_FILES, set by unwind.yaml).',
    ]);
    expect(broken({ percent: limit(12) })).toEqual([
      '12.01 % of the 9,999 records would change, and the limit is 12 % (UNWIND_MAX_FILES, set by unwind.yaml).',
    ]);
  });

  test('names every limit that is broken', () => {
    const limits = { files: limit(0), bytes: limit(0), percent: limit(0) };

    expect(broken(limits)).toHaveLength(3);
  });

  test('of nothing is within a limit of zero, also of an empty table', () => {
    const limits = { files: limit(0), bytes: limit(0), percent: limit(0) };

    expect(broken(limits, { files: 0, bytes: 0, recordsInTable: 0 })).toEqual([]);
  });

  test('has no share of the table where that would say nothing', () => {
    expect(broken({ percent: limit(0) }, { recordsInTable: null })).toEqual([]);
  });

  test('blocks over a limit, warns once that is accepted, and is a note within', () => {
    const severities = (most: number, acceptances: readonly { code: 'blast-radius' }[] = []) =>
      blastRadiusFindings(
        radius,
        { ...NO_LIMITS, files: limit(most) },
        acceptances.map((one) => ({ ...one, reason: 'agreed' })),
      ).map(({ severity }) => severity);

    expect(severities(1_199)).toEqual(['blocker']);
    expect(severities(1_199, [{ code: 'blast-radius' }])).toEqual(['warning']);
    expect(severities(1_200)).toEqual(['info']);
  });

  test('is not accepted by another acceptance', () => {
    const acceptances = [{ code: 'triggers' as const, reason: 'only logs' }];

    expect(
      blastRadiusFindings(radius, { ...NO_LIMITS, files: limit(1) }, acceptances),
    ).toMatchObject([{ severity: 'blocker' }]);
  });
});
