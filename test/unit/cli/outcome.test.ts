import { describe, expect, test } from 'vitest';
import { exitCodeOf, resultOf, runKeysOf } from '../../../src/main/hosts/cli/flow/outcome.ts';
import { OperatorError, toWire } from '../../../src/shared/domain/operator-error.ts';
import type { RunState } from '../../../src/shared/domain/run.ts';
import { aPlanSummary, aRunDetail, runId } from './builders.ts';

const failedCheck = { verifiedAt: '2026-08-01T12:02:00.000Z', passed: false, checks: [] };

describe('exit status after a run', () => {
  test.each<[RunState, 'by-itself' | 'interrupted', number]>([
    ['succeeded', 'by-itself', 0],
    ['succeeded', 'interrupted', 0],
    ['partial', 'by-itself', 8],
    ['interrupted', 'by-itself', 8],
    ['stopped', 'by-itself', 8],
    ['stopped', 'interrupted', 130],
    ['failed', 'by-itself', 1],
  ])('of state %s, ended %s, is %i', (state, ending, exitCode) => {
    expect(exitCodeOf(aRunDetail({ state }), ending)).toBe(exitCode);
  });

  test('is the error’s own when the run failed', () => {
    const error = toWire(new OperatorError('R2_UNREACHABLE', { message: 'm', hint: 'h' }));

    expect(exitCodeOf(aRunDetail({ state: 'failed', error }), 'by-itself')).toBe(4);
  });

  test('is 9 when the verification failed, whatever the state says', () => {
    const run = aRunDetail({ state: 'succeeded', verification: failedCheck });

    expect(exitCodeOf(run, 'by-itself')).toBe(9);
    expect(resultOf(run)).toBe('verification-failed');
  });
});

describe('result of a plan', () => {
  test('is blocked when a finding is a blocker', () => {
    const finding = { code: 'X', severity: 'blocker', message: 'm', fix: 'f' } as const;
    const plan = aPlanSummary({ findings: [finding] });

    expect(resultOf(aRunDetail({ state: 'planned', plan }))).toBe('blocked');
  });

  test('carries what names the plan and its five counts', () => {
    expect(runKeysOf(aRunDetail())).toEqual({
      planId: runId,
      runId,
      planDigest: 'ab'.repeat(32),
      runFile: `/ws/runs/${runId}.unwind`,
      result: 'succeeded',
      counts: { planned: 10, done: 10, held: 2, drifted: 0, failed: 0 },
    });
  });
});
