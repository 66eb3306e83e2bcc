import { describe, expect, test } from 'vitest';
import {
  countsLine,
  countTests,
  type FileResult,
  type Report,
  skipLines,
  slowestLines,
} from '../../../scripts/test-summary.mjs';

const passing: Report = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  success: true,
  testResults: [aFile({ assertionResults: [{ status: 'passed' }] })],
};

function aFile(result: Partial<FileResult>): FileResult {
  return {
    name: '/checkout/test/a.test.ts',
    status: 'passed',
    startTime: 0,
    endTime: 1_000,
    assertionResults: [],
    ...result,
  };
}

describe('summary of npm test', () => {
  test('counts what passed and what was skipped', () => {
    expect(countTests(passing)).toEqual({ passed: 3, failed: 0, skipped: 2 });
  });

  test('counts a file that failed before any of its tests as one failure', () => {
    const broken = aFile({ status: 'failed' });

    expect(countTests({ ...passing, success: false, testResults: [broken] }).failed).toBe(1);
  });

  test('counts a file with a failed test by its tests alone', () => {
    const withFailure = aFile({ status: 'failed', assertionResults: [{ status: 'failed' }] });
    const report = { ...passing, success: false, numFailedTests: 1, testResults: [withFailure] };

    expect(countTests(report).failed).toBe(1);
  });

  test('counts one failure when a run failed outside its files', () => {
    expect(countTests({ ...passing, success: false }).failed).toBe(1);
  });

  test('counts one failure when there is no report', () => {
    expect(countTests(undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('names the files that took longest, the slowest first', () => {
    const testResults = [
      aFile({ name: '/checkout/test/quick.test.ts', startTime: 500, endTime: 900 }),
      aFile({ name: '/checkout/test/slow.test.ts', startTime: 1_000, endTime: 61_400 }),
      aFile({ name: '/checkout/test/middling.test.ts', startTime: 2_000, endTime: 4_000 }),
    ];

    const lines = slowestLines({ ...passing, testResults }, { count: 2, root: '/checkout' });

    expect(lines).toEqual(['took 60 s: test/slow.test.ts', 'took 2 s: test/middling.test.ts']);
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
