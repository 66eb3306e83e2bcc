import { describe, expect, test } from 'vitest';
import {
  estimateDuration,
  type MeasuredRun,
} from '../../../../src/main/core/plan/estimate-duration.ts';
import type { StoredPlan } from '../../../../src/main/core/ports/run-file.ts';

type EstimatedPlan = Pick<StoredPlan, 'kind' | 'target' | 'steps'>;

function aPlan(itemCounts: Readonly<Record<string, number>>): EstimatedPlan {
  return {
    kind: 'rollback',
    target: { fingerprint: 'here' },
    steps: Object.entries(itemCounts).map(([name, itemCount]) => ({ name, itemCount })),
  } as unknown as EstimatedPlan;
}

function aMeasuredRun(change: Partial<MeasuredRun> = {}): MeasuredRun {
  return {
    kind: 'rollback',
    fingerprint: 'here',
    files: 100,
    steps: [{ name: 'reset-rows', itemCount: 100, tookMs: 1_000 }],
    ...change,
  };
}

function rowsTook(tookMs: number, files = 100): MeasuredRun {
  return aMeasuredRun({ files, steps: [{ name: 'reset-rows', itemCount: files, tookMs }] });
}

describe('estimate of the duration of a run', () => {
  test('is the pace of an earlier run times the items of the plan', () => {
    expect(estimateDuration(aPlan({ 'reset-rows': 250 }), [aMeasuredRun()])).toEqual({
      expectedMs: 2_500,
      basis: { runs: 1, files: 100, isOfTarget: true },
    });
  });

  test('adds the steps up; one without items takes what it took', () => {
    const run = aMeasuredRun({
      steps: [
        { name: 'reset-rows', itemCount: 100, tookMs: 1_000 },
        { name: 'verify', itemCount: 0, tookMs: 70 },
      ],
    });

    expect(estimateDuration(aPlan({ 'reset-rows': 10, verify: 0 }), [run])?.expectedMs).toBe(170);
  });

  test('is none without a run that had every step of the plan', () => {
    expect(estimateDuration(aPlan({ 'reset-rows': 1 }), [])).toBeNull();
    expect(estimateDuration(aPlan({ 'delete-objects': 1 }), [aMeasuredRun()])).toBeNull();
    expect(estimateDuration(aPlan({}), [aMeasuredRun()])).toBeNull();
  });

  test('goes by runs of the same kind only', () => {
    expect(
      estimateDuration(aPlan({ 'reset-rows': 1 }), [aMeasuredRun({ kind: 'undo' })]),
    ).toBeNull();
  });

  test('goes by runs of the same target, and says so where there is none', () => {
    const elsewhere = { ...rowsTook(9_000), fingerprint: 'there' };
    const plan = aPlan({ 'reset-rows': 100 });

    expect(estimateDuration(plan, [elsewhere, rowsTook(1_000)])?.expectedMs).toBe(1_000);
    expect(estimateDuration(plan, [elsewhere])).toMatchObject({
      expectedMs: 9_000,
      basis: { isOfTarget: false },
    });
  });

  test('is not moved by a run that was paused over night, nor by a run of three files', () => {
    const plan = aPlan({ 'reset-rows': 100 });

    const estimate = estimateDuration(plan, [
      rowsTook(30_000_000),
      rowsTook(1_000),
      rowsTook(1_100),
      rowsTook(900, 3),
    ]);

    expect(estimate?.expectedMs).toBe(1_100);
  });

  test('goes by the newest ten runs', () => {
    const runs = [...Array.from({ length: 10 }, () => rowsTook(500)), rowsTook(9_000, 100_000)];

    expect(estimateDuration(aPlan({ 'reset-rows': 100 }), runs)).toEqual({
      expectedMs: 500,
      basis: { runs: 10, files: 1_000, isOfTarget: true },
    });
  });
});
