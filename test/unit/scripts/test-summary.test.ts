import { describe, expect, test } from 'vitest';
import { countsLine, countTests, type Report, skipLines } from '../../../scripts/test-summary.mjs';

const passing: Report = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  success: true,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

describe('summary of npm test', () => {
  test('counts what passed and what was skipped', () => {
    expect(countTests(passing)).toEqual({ passed: 3, failed: 0, skipped: 2 });
  });

  test('counts a file that failed before any of its tests as one failure', () => {
    const broken = { status: 'failed', assertionResults: [] };

    expect(countTests({ ...passing, success: false, testResults: [broken] }).failed).toBe(1);
  });

  test('counts a file with a failed test by its tests alone', () => {
    const withFailure = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const report = { ...passing, success: false, numFailedTests: 1, testResults: [withFailure] };

    expect(countTests(report).failed).toBe(1);
  });

  test('counts one failure when a run failed outside its files', () => {
    expect(countTests({ ...passing, success: false }).failed).toBe(1);
  });

  test('counts one failure when there is no report', () => {
    expect(countTests(undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('ends with one line of counts', () => {
    expect(countsLine({ passed: 3, failed: 0, skipped: 2 })).toBe(
      'tests: 3 passed, 0 failed, 2 skipped',
    );
  });

  test('names each skipped suite once, with its reason and the number of its tests', () => {
    const desktop = { file: 'test/e2e/a.test.ts', suite: 'desktop window', reason: 'no Electron' };

    expect(skipLines([desktop, desktop, { ...desktop, reason: undefined }])).toEqual([
      'skipped 2: test/e2e/a.test.ts › desktop window: no Electron',
      'skipped 1: test/e2e/a.test.ts › desktop window',
    ]);
  });
});
