import type { PlanItem, PlanSummary } from '../../../src/shared/domain/plan.ts';

export const A_RUN_ID = '01M7YNHQZFFD2JVM9VDGHJW3NH';
const A_DIGEST = 'ef7d5a06760158011db451ad39e23e2da0882c48f7ba547fe59e707b4ea75749';

/** A rollback of 212 files on the sandbox, 8 more are held; `overrides` replace whole fields. */
export function aPlan(overrides: Partial<PlanSummary> = {}): PlanSummary {
  return {
    planId: A_RUN_ID,
    runId: A_RUN_ID,
    kind: 'rollback',
    subjectRunId: null,
    target: {
      name: 'sandbox',
      databaseKind: 'd1',
      database: '/home/op/.unwind/sandbox/d1/db.sqlite',
      bucket: 'unwind-sandbox',
      endpoint: '127.0.0.1:9000',
      originals: '/home/op/.unwind/sandbox/originals',
      fingerprint: A_DIGEST,
    },
    scope: { full: true, failedOnly: false, mode: 'both' },
    scopeInWords: 'every migration, rows and objects',
    createdAt: '2026-11-21T03:12:44.000Z',
    createdBy: { user: 'amelia', host: 'ops-1', pid: 7, door: 'browser' },
    digest: A_DIGEST,
    runFile: `/home/op/.unwind/runs/${A_RUN_ID}.unwind`,
    counts: {
      records: 220,
      rowsToChange: 212,
      filesToChange: 188,
      objectsToMove: 191,
      bytesToFree: 15_414_067,
      objectsShared: 1,
      held: 8,
      untouched: 0,
      unproved: 0,
    },
    heldByReason: [{ reason: 'original-missing', count: 8 }],
    batches: [],
    findings: [],
    acceptances: [],
    steps: [
      { name: 'reset-rows', title: 'Reset rows', itemCount: 212, pointOfNoReturn: false },
      { name: 'delete-objects', title: 'Delete objects', itemCount: 191, pointOfNoReturn: false },
    ],
    confirmationPhrase: 'roll back 212 files on sandbox',
    executeCommand: `unwind rollback --plan ${A_RUN_ID} --plan-digest ${A_DIGEST}`,
    ...overrides,
  };
}

/** The values of one row before and after it is reset. */
export function aRowReset(): Pick<PlanItem, 'before' | 'after'> {
  return {
    before: {
      status: 'verified',
      completedAt: '2024-11-09 01:17:21',
      file: { r2Key: 'files/a', checksum: 'abc', updatedAt: '2024-11-09 01:17:21', marks: null },
    },
    after: {
      status: 'rolled_back',
      completedAt: '2024-11-09 01:17:21',
      file: { r2Key: null, checksum: null, updatedAt: '<time of run>', marks: null },
    },
  };
}
