import { describe, expect, test } from 'vitest';
import {
  canUndo,
  countsText,
  durationOf,
  isUnfinished,
  liveSentence,
  verdictSentence,
} from '../../../../src/renderer/words/run-words.ts';
import { RunState } from '../../../../src/shared/domain/run.ts';
import { aPlan } from '../a-plan.ts';
import { aProgress, aRun, aRunSummary } from '../a-run.ts';

const counts = aRun().counts;

describe('words of a run', () => {
  test('say what was done, that it was verified, how long it took and what was held', () => {
    expect(verdictSentence(aRun())).toBe(
      '212 files rolled back and verified in 6 s. 8 files were held and left as they were.',
    );
  });

  test('say of one held file that it was left as it was', () => {
    expect(verdictSentence(aRun({ counts: { ...counts, held: 1 } }))).toContain(
      '1 file was held and left as it was.',
    );
  });

  test('claim no verification that did not pass', () => {
    const failed = { verifiedAt: '2026-11-21T03:13:06.000Z', passed: false, checks: [] };

    expect(verdictSentence(aRun({ verification: failed }))).not.toMatch(/verified/);
    expect(verdictSentence(aRun({ verification: null }))).not.toMatch(/verified/);
  });

  test('name what was left undone', () => {
    const run = aRun({ state: 'partial', counts: { ...counts, done: 209, drifted: 1, failed: 2 } });

    expect(verdictSentence(run)).toBe(
      'Rollback partly done: 209 of 212 planned files, 1 file moved since the plan and left alone, 2 files failed.',
    );
  });

  test('have a sentence for every state', () => {
    const sentences = RunState.options.map((state) => verdictSentence(aRun({ state })));

    expect(new Set(sentences).size).toBe(RunState.options.length);
  });

  test('say live what is done of how much', () => {
    expect(liveSentence(aProgress())).toBe('Resetting rows: 1,100 of 4,212 items.');
    expect(liveSentence(aProgress({ total: 0 }))).toBe('Resetting rows: counting.');
    expect(liveSentence(aProgress({ state: 'paused' }))).toMatch(/^Paused at a safe boundary/);
    expect(liveSentence(undefined)).toMatch(/^Waiting/);
  });

  test('count the files in the list of runs', () => {
    const some = { ...counts, done: 3, drifted: 1, failed: 2 };

    expect(countsText(aRunSummary({ counts: some }))).toBe('3 done, 1 drifted, 2 failed');
    expect(countsText(aRunSummary({ state: 'planned' }))).toBe('212 planned');
  });

  test('give no duration before the end', () => {
    expect(durationOf(aRunSummary({ finishedAt: null }))).toBeNull();
  });

  test('call unfinished what can be resumed', () => {
    expect(RunState.options.filter((state) => isUnfinished({ state, undoneBy: null }))).toEqual([
      'interrupted',
      'stopped',
      'at-checkpoint',
      'failed',
      'partial',
    ]);
  });
});

describe('undo', () => {
  test('is offered for a rollback that changed something', () => {
    expect(canUndo(aRun())).toBe(true);
    expect(canUndo(aRun({ state: 'stopped' }))).toBe(true);
  });

  test.each([
    ['an undo', aRun({ plan: aPlan({ kind: 'undo' }) })],
    ['a run that goes on', aRun({ state: 'running' })],
    ['an interrupted run', aRun({ state: 'interrupted' })],
    ['a run that was undone', aRun({ undoneBy: '01M7YNHQZFFD2JVM9VDGHJW3NJ' })],
    ['a run whose quarantine was purged', aRun({ quarantine: 'purged' })],
    ['a run that did nothing', aRun({ counts: { ...counts, done: 0 }, steps: [] })],
  ])('is not offered for %s', (_, run) => {
    expect(canUndo(run)).toBe(false);
  });
});
