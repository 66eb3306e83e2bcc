import { describe, expect, test } from 'vitest';
import {
  createProgressLine,
  progressText,
} from '../../../src/main/hosts/cli/flow/progress-line.ts';
import { aProgress, aTerminal } from './builders.ts';

describe('progress', () => {
  test('names stage, percent, step, items, rate, time left and problems', () => {
    expect(progressText(aProgress({ problems: 2 }))).toBe(
      '██████░░░░░░░░░░  42%  Resetting rows  step 2 of 6  1,200 of 5,000  600/s  1 min 15 s left  2 problems',
    );
  });

  test('says nothing of what is not known yet', () => {
    const early = aProgress({
      total: 0,
      done: 0,
      fraction: 0,
      ratePerSecond: null,
      etaMs: null,
      stepCount: 0,
    });

    expect(progressText(early)).toBe('░░░░░░░░░░░░░░░░   0%  Resetting rows');
  });

  test('is redrawn in one line on a terminal', () => {
    const terminal = aTerminal({ isTTY: true });
    const line = createProgressLine(terminal, { quiet: false });

    line.update(aProgress());
    line.update(aProgress({ fraction: 0.5 }));
    line.end();

    expect(terminal.err()).not.toContain('\n');
    expect(terminal.err().split('\r')).toHaveLength(4);
  });

  test('is a line every few seconds, and at each stage, where nothing can be redrawn', () => {
    const terminal = aTerminal();
    const line = createProgressLine(terminal, { quiet: false });

    for (const elapsedMs of [0, 100, 200, 3100]) line.update(aProgress({ elapsedMs }));
    line.update(aProgress({ elapsedMs: 3200, stage: 'Verifying' }));

    expect(terminal.err().trimEnd().split('\n')).toHaveLength(3);
    expect(terminal.err()).not.toMatch(/[\r\u001b]/);
  });

  test('is silent with --quiet, but tells each new problem', () => {
    const terminal = aTerminal();
    const line = createProgressLine(terminal, { quiet: true });

    line.update(aProgress());
    line.update(aProgress({ problems: 1, lastProblem: 'R2 did not answer' }));
    line.update(aProgress({ problems: 1, lastProblem: 'R2 did not answer' }));

    expect(terminal.err()).toBe('! R2 did not answer\n');
  });
});
