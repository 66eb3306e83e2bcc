import { describe, expect, test } from 'vitest';
import { EMPTY_VIEW, withProgress } from '../../../../src/renderer/pages/run/live-view.ts';
import { trackOf } from '../../../../src/renderer/pages/run/track-of.ts';
import { aPlan } from '../a-plan.ts';
import { aProgress, aRun, aStep } from '../a-run.ts';

describe('live view', () => {
  test('never goes back in percent', () => {
    const ahead = withProgress(EMPTY_VIEW, aProgress({ fraction: 0.6 }));

    const view = withProgress(ahead, aProgress({ fraction: 0.4 }));

    expect(view.progress?.fraction).toBe(0.6);
  });

  test('lists each problem once, newest first', () => {
    const events = [
      aProgress({ problems: 1, lastProblem: 'first' }),
      aProgress({ problems: 1, lastProblem: 'first' }),
      aProgress({ problems: 2, lastProblem: 'second' }),
    ];

    const view = events.reduce(withProgress, EMPTY_VIEW);

    expect(view.problems.map(({ text }) => text)).toEqual(['second', 'first']);
  });

  test('keeps the rate of each second, and none of a moment that has none', () => {
    const events = [
      aProgress({ at: '2026-11-21T03:12:44.000Z', ratePerSecond: null }),
      aProgress({ at: '2026-11-21T03:12:45.000Z', ratePerSecond: 10 }),
      aProgress({ at: '2026-11-21T03:12:45.400Z', ratePerSecond: 11 }),
      aProgress({ at: '2026-11-21T03:12:46.000Z', ratePerSecond: 12 }),
    ];

    const view = events.reduce(withProgress, EMPTY_VIEW);

    expect(view.rates.map(({ perSecond }) => perSecond)).toEqual([10, 12]);
  });

  test('forgets rates of long ago, so that a page may stay open over night', () => {
    const events = Array.from({ length: 400 }, (_, second) =>
      aProgress({ at: new Date(second * 1_000).toISOString(), ratePerSecond: second }),
    );

    const { rates } = events.reduce(withProgress, EMPTY_VIEW);

    expect([rates.length, rates.at(-1)?.perSecond]).toEqual([300, 399]);
  });

  test('forgets an error once news come again', () => {
    const broken = { ...EMPTY_VIEW, error: new Error('gone') };

    expect(withProgress(broken, aProgress()).error).toBeNull();
  });
});

describe('step track', () => {
  const running = aRun({
    state: 'running',
    steps: [aStep('reset-rows', 'running'), aStep('delete-objects', 'waiting')],
  });

  test('follows the stream, which is ahead of the run file', () => {
    const steps = trackOf(running, aProgress({ step: 'delete-objects', done: 40, total: 191 }));

    expect(steps.map(({ state, amount }) => [state, amount])).toEqual([
      ['done', '200 items'],
      ['running', '40 of 191'],
    ]);
  });

  test('says what the run file says while there is no stream', () => {
    expect(trackOf(running, undefined).map(({ state }) => state)).toEqual(['running', 'waiting']);
  });

  test('keeps a failed step failed', () => {
    const failed = aRun({ state: 'failed', steps: [aStep('reset-rows', 'failed')] });

    expect(trackOf(failed, aProgress())[0]?.state).toBe('failed');
  });

  test('marks the point of no return', () => {
    const plan = aPlan();
    const steps = plan.steps.map((step) => ({ ...step, pointOfNoReturn: true }));

    expect(trackOf(aRun({ plan: { ...plan, steps } }), undefined)[0]?.pointOfNoReturn).toBe(true);
  });
});
