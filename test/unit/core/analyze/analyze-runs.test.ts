import { describe, expect, test } from 'vitest';
import { analyzeRuns, windowOf } from '../../../../src/main/core/analyze/analyze-runs.ts';
import { addUp, percentile } from '../../../../src/main/core/analyze/figures.ts';
import type { RunFacts } from '../../../../src/main/core/analyze/run-facts.ts';
import type { RunCounts } from '../../../../src/shared/domain/run.ts';

const NOW = Date.parse('2026-11-27T06:00:00.000Z');
const NOTHING: RunCounts = {
  planned: 0,
  done: 0,
  held: 0,
  drifted: 0,
  failed: 0,
  objectsRemoved: 0,
  objectsRestored: 0,
  bytesQuarantined: 0,
  bytesFreed: 0,
};

function aRun({
  counts = {},
  ...change
}: Partial<Omit<RunFacts, 'counts'>> & { readonly counts?: Partial<RunCounts> }): RunFacts {
  return {
    runId: '01K1ABCDEFGHJKMNPQRSTVWXYZ',
    kind: 'rollback',
    targetName: 'prod',
    operator: 'ada@jump',
    state: 'succeeded',
    startedAt: '2026-11-26T12:00:00.000Z',
    durationMs: 1_000,
    counts: { ...NOTHING, ...counts },
    resumes: 0,
    error: null,
    ...change,
  };
}

describe('figures of runs', () => {
  test('count the files that a failed run did not come to as failed, and those of a stopped run not at all', () => {
    const counts = { planned: 10, done: 4, failed: 1 };

    expect(addUp([aRun({ state: 'failed', counts })])).toMatchObject({ itemsFailed: 6 });
    expect(addUp([aRun({ state: 'interrupted', counts })])).toMatchObject({ itemsFailed: 6 });
    expect(addUp([aRun({ state: 'stopped', counts })])).toMatchObject({
      open: 1,
      itemsPlanned: 0,
      itemsFailed: 0,
      successFraction: null,
    });
  });

  test('call drift neither a success nor a failure', () => {
    const counts = { planned: 4, done: 3, drifted: 1 };

    expect(addUp([aRun({ state: 'partial', counts })])).toMatchObject({
      itemsDrifted: 1,
      successFraction: 0.75,
      failureFraction: 0,
    });
  });

  test('have no rate where nothing was planned', () => {
    expect(addUp([])).toMatchObject({ successFraction: null, failureFraction: null });
  });

  test('add up what moved, also of runs that are still open', () => {
    const runs = [
      aRun({ counts: { bytesQuarantined: 5, bytesFreed: 1 }, resumes: 2 }),
      aRun({ state: 'running', durationMs: null, counts: { bytesQuarantined: 7 } }),
    ];

    expect(addUp(runs)).toMatchObject({ bytesQuarantined: 12, bytesFreed: 1, resumes: 2, runs: 2 });
  });
});

describe('a percentile', () => {
  test.each([
    [[], 0.5, null],
    [[7], 0.95, 7],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.95, 4],
    [Array.from({ length: 100 }, (_, at) => at + 1), 0.95, 95],
  ])('of %j at %d is a value that was measured: %s', (values, rank, expected) => {
    expect(percentile(values, rank)).toBe(expected);
  });
});

describe('an analysis', () => {
  test('is about the runs that began inside its window', () => {
    const inside = aRun({ startedAt: '2026-11-26T06:00:00.000Z' });
    const before = aRun({ startedAt: '2026-11-26T05:59:59.999Z' });

    expect(analyzeRuns([inside, before], windowOf(NOW, 1)).figures.runs).toBe(1);
  });

  test('has a line for each day of its window, also for days without a run', () => {
    const runs = [
      aRun({ startedAt: '2026-11-25T23:59:59.000Z' }),
      aRun({ startedAt: '2026-11-27T00:00:00.000Z' }),
    ];

    const { days } = analyzeRuns(runs, windowOf(NOW, 2));

    expect(days.map(({ day, figures }) => [day, figures.runs])).toEqual([
      ['2026-11-25', 1],
      ['2026-11-26', 0],
      ['2026-11-27', 1],
    ]);
  });

  test('groups by target and by operator, most runs first', () => {
    const runs = [
      aRun({ targetName: 'a', operator: 'bob@x' }),
      aRun({ targetName: 'b' }),
      aRun({ targetName: 'b' }),
    ];

    const { targets, operators } = analyzeRuns(runs, windowOf(NOW, 7));

    expect(targets.map(({ name, figures }) => [name, figures.runs])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(operators.map(({ name }) => name)).toEqual(['ada@jump', 'bob@x']);
  });

  test('counts errors by code and shows the newest of each', () => {
    const error = (message: string) => ({ code: 'DISK_FULL', message });
    const runs = [
      aRun({ startedAt: '2026-11-26T10:00:00.000Z', error: error('old') }),
      aRun({ startedAt: '2026-11-26T11:00:00.000Z', error: error('new'), runId: 'newest' }),
    ];

    expect(analyzeRuns(runs, windowOf(NOW, 7)).errors).toEqual([
      { code: 'DISK_FULL', count: 2, lastRunId: 'newest', lastMessage: 'new' },
    ]);
  });

  test('names the runs that took longer than 300 s, longest first', () => {
    const runs = [300_000, 300_001, 900_000].map((durationMs) => aRun({ durationMs }));

    const { slowRuns } = analyzeRuns(runs, windowOf(NOW, 7));

    expect(slowRuns.map(({ durationMs }) => durationMs)).toEqual([900_000, 300_001]);
  });
});
