import { describe, expect, test } from 'vitest';
import { addUp } from '../../../src/main/core/analyze/figures.ts';
import { analysisAsCsv } from '../../../src/main/hosts/cli/flow/analysis-as-csv.ts';
import { analysisAsOpenMetrics } from '../../../src/main/hosts/cli/flow/analysis-as-open-metrics.ts';
import { percent, renderAnalysis } from '../../../src/main/hosts/cli/render/analyze.ts';
import type { Analysis } from '../../../src/shared/domain/analysis.ts';
import { aTerminal } from './builders.ts';

const figures = {
  ...addUp([]),
  runs: 3,
  succeeded: 2,
  failed: 1,
  itemsPlanned: 400,
  itemsDone: 399,
  itemsFailed: 1,
  successFraction: 0.9975,
  failureFraction: 0.0025,
  durations: { medianMs: 1_500, p95Ms: 400_000, longestMs: 400_000 },
};

function anAnalysis(change: Partial<Analysis> = {}): Analysis {
  return {
    from: '2026-11-26T06:00:00.000Z',
    to: '2026-11-27T06:00:00.000Z',
    targetName: null,
    figures,
    targets: [{ name: 'prod', figures }],
    operators: [{ name: 'ada@jump', figures }],
    days: [{ day: '2026-11-26', figures }],
    errors: [],
    slowRuns: [],
    otherLogs: [],
    unreadable: [],
    ...change,
  };
}

describe('an analysis on the terminal', () => {
  test('has one line with the success rate, as monitoring greps for it', () => {
    const lines = renderAnalysis(aTerminal(), anAnalysis()).split('\n');

    expect(lines.filter((line) => line.includes('Success Rate'))).toEqual([
      '  Success Rate  99.8%  (399 of 400 files)',
    ]);
  });

  test('says where to look when there is no run', () => {
    const empty = anAnalysis({ figures: addUp([]), targets: [], operators: [] });

    expect(renderAnalysis(aTerminal(), empty)).toContain('--days looks further back');
  });

  test('names run files that are missing in its figures', () => {
    const text = renderAnalysis(aTerminal(), anAnalysis({ unreadable: ['01K1'] }));

    expect(text).toContain('1 run file could not be read and is missing above: 01K1');
  });
});

describe('a rate', () => {
  test.each([
    [null, 'n/a'],
    [1, '100.0%'],
    [0, '0.0%'],
    [0.99999, '99.9%'],
    [0.00001, '0.1%'],
    [0.5, '50.0%'],
  ])('of %s reads %s: nearly all is not all, and hardly any is not none', (value, text) => {
    expect(percent(value)).toBe(text);
  });
});

describe('an analysis as CSV', () => {
  test('has a line for each day', () => {
    const [head, day, end] = analysisAsCsv(anAnalysis()).split('\r\n');

    expect(head).toMatch(/^day,runs,succeeded,partial,failed,/);
    expect(day).toMatch(/^2026-11-26,3,2,0,1,/);
    expect(end).toBe('');
  });
});

describe('an analysis in OpenMetrics format', () => {
  test('names type and help of each metric once, before its samples, and ends with EOF', () => {
    const lines = analysisAsOpenMetrics(anAnalysis()).trimEnd().split('\n');
    const at = lines.indexOf('# TYPE unwind_runs gauge');

    expect(lines.slice(at, at + 3)).toEqual([
      '# TYPE unwind_runs gauge',
      '# HELP unwind_runs Runs that began in the window, by outcome.',
      'unwind_runs{target="prod",outcome="succeeded"} 2',
    ]);
    expect(lines.filter((line) => line === '# TYPE unwind_runs gauge')).toHaveLength(1);
    expect(lines.at(-1)).toBe('# EOF');
  });

  test('gives ratios from 0 to 1 and durations in seconds', () => {
    const text = analysisAsOpenMetrics(anAnalysis());

    expect(text).toContain('unwind_success_ratio{target="prod"} 0.9975\n');
    expect(text).toContain('unwind_run_duration_seconds{target="prod",quantile="0.5"} 1.5\n');
  });

  test('escapes what would end a label', () => {
    const text = analysisAsOpenMetrics(anAnalysis({ targets: [{ name: 'a"\\\n', figures }] }));

    expect(text).toContain('unwind_resumes{target="a\\"\\\\\\n"} 0\n');
  });

  test('leaves out what is not known', () => {
    const text = analysisAsOpenMetrics(
      anAnalysis({ targets: [{ name: 'prod', figures: addUp([]) }] }),
    );

    expect(text).not.toContain('unwind_success_ratio');
  });
});
