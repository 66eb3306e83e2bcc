import { describe, expect, test } from 'vitest';
import { acceptanceFault } from '../../../../src/renderer/pages/composer/acceptance-fault.ts';
import { nextStepOf } from '../../../../src/renderer/pages/home/next-step-of.ts';
import { aRunSummary } from '../a-run.ts';

const nothing = { sandboxState: 'absent', realTargets: 0, runs: [] } as const;

describe('next step', () => {
  test('is the sandbox where there is no target', () => {
    expect(nextStepOf(nothing).action).toEqual({ kind: 'create-sandbox' });
    expect(nextStepOf({ ...nothing, sandboxState: 'stopped' }).action).toEqual({
      kind: 'start-sandbox',
    });
  });

  test('is a plan where there is a target and nothing else to do', () => {
    const done = [aRunSummary()];

    expect(nextStepOf({ ...nothing, realTargets: 1, runs: done }).action).toEqual({
      kind: 'open',
      href: '/plan',
    });
  });

  test('is the run that goes on, before one that is unfinished', () => {
    const runs = [
      aRunSummary({ state: 'interrupted', runId: 'A' }),
      aRunSummary({ state: 'running', runId: 'B' }),
    ];

    expect(nextStepOf({ ...nothing, runs }).action).toEqual({ kind: 'open', href: '/runs/B' });
  });

  test('is an unfinished run, before a plan that waits', () => {
    const runs = [
      aRunSummary({ state: 'planned', runId: 'A' }),
      aRunSummary({ state: 'stopped', runId: 'B' }),
    ];

    expect(nextStepOf({ ...nothing, runs }).action).toEqual({ kind: 'open', href: '/runs/B' });
  });

  test('is the newest plan, but not an older one that was left', () => {
    const plan = aRunSummary({ state: 'planned', runId: 'A' });

    expect(nextStepOf({ ...nothing, runs: [plan] }).action).toEqual({
      kind: 'open',
      href: '/plans/A',
    });
    expect(nextStepOf({ ...nothing, runs: [aRunSummary(), plan] }).title).toMatch(/sandbox/);
  });
});

describe('acceptance', () => {
  test('needs a reason', () => {
    expect(acceptanceFault([{ code: 'triggers', reason: '  ' }])).toMatch(/^Give a reason/);
    expect(acceptanceFault([{ code: 'triggers', reason: 'audited' }])).toBeNull();
  });
});
