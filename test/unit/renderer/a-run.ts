import type { Progress, RunDetail, RunSummary } from '../../../src/shared/domain/run.ts';
import { A_RUN_ID, aPlan } from './a-plan.ts';

/** A rollback that succeeded in 6 seconds and was verified; `overrides` replace whole fields. */
export function aRun(overrides: Partial<RunDetail> = {}): RunDetail {
  return {
    runId: A_RUN_ID,
    state: 'succeeded',
    plan: aPlan(),
    startedAt: '2026-11-21T03:13:00.000Z',
    startedBy: { user: 'ada', host: 'jump-1', pid: 7, door: 'browser' },
    finishedAt: '2026-11-21T03:13:06.500Z',
    reason: null,
    snapshotId: null,
    quarantine: 'kept',
    undoneBy: null,
    takenBackTo: null,
    stages: [],
    checkpoints: [],
    safeMode: null,
    counts: {
      planned: 212,
      done: 212,
      held: 8,
      drifted: 0,
      failed: 0,
      objectsRemoved: 191,
      objectsRestored: 0,
      bytesQuarantined: 15_414_067,
      bytesFreed: 0,
    },
    steps: [aStep('reset-rows', 'done'), aStep('delete-objects', 'done')],
    decisions: [],
    verification: { verifiedAt: '2026-11-21T03:13:06.000Z', passed: true, checks: [] },
    error: null,
    ...overrides,
  };
}

/** One step of 200 items. */
export function aStep(
  name: 'reset-rows' | 'delete-objects',
  state: 'waiting' | 'running' | 'done' | 'failed',
): RunDetail['steps'][number] {
  const done = state === 'done' ? 200 : 0;
  return { name, title: name, state, done, total: 200, startedAt: null, finishedAt: null };
}

/** One line of the list of runs. */
export function aRunSummary(overrides: Partial<RunSummary> = {}): RunSummary {
  const run = aRun();
  return {
    runId: run.runId,
    kind: run.plan.kind,
    state: run.state,
    targetName: run.plan.target.name,
    scopeInWords: run.plan.scopeInWords,
    createdAt: run.plan.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    counts: run.counts,
    quarantine: run.quarantine,
    undoneBy: run.undoneBy,
    runFile: run.plan.runFile,
    ...overrides,
  };
}

/** Half-way through resetting rows. */
export function aProgress(overrides: Partial<Progress> = {}): Progress {
  return {
    runId: A_RUN_ID,
    seq: 0,
    at: '2026-11-21T03:13:03.000Z',
    state: 'running',
    stage: 'Resetting rows',
    step: 'reset-rows',
    stepIndex: 0,
    stepCount: 2,
    done: 1_100,
    total: 4_212,
    fraction: 0.5,
    ratePerSecond: 400,
    etaMs: 7_000,
    elapsedMs: 3_000,
    niceRatio: 0,
    problems: 0,
    lastProblem: null,
    ...overrides,
  };
}
