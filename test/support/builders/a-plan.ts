import type { PlanHeader, StoredPlan } from '../../../src/main/core/ports/run-file.ts';
import type { BatchValues, PlanCounts } from '../../../src/shared/domain/plan.ts';
import type { BatchStatus } from '../../../src/shared/domain/status.ts';
import type { Operator, TargetIdentity } from '../../../src/shared/domain/target.ts';

export const RUN_ID = '01K1ABCDEFGHJKMNPQRSTVWXYZ';

export function anOperator(change: Partial<Operator> = {}): Operator {
  return { user: 'ada', host: 'jump', pid: 7, door: 'cli', ...change };
}

export function aTargetIdentity(change: Partial<TargetIdentity> = {}): TargetIdentity {
  return {
    name: 'prod',
    databaseKind: 'd1',
    database: '/data/app.sqlite',
    bucket: 'bucket-a',
    endpoint: 'r2.example.test:443',
    originals: '/originals',
    fingerprint: 'cd'.repeat(32),
    ...change,
  };
}

export function aPlanHeader(change: Partial<PlanHeader> = {}): PlanHeader {
  return {
    runId: RUN_ID,
    kind: 'rollback',
    subjectRunId: null,
    target: aTargetIdentity(),
    scope: { batchId: 'b-1', failedOnly: false, full: false, mode: 'both' },
    scopeInWords: 'batch b-1, rows and objects',
    createdAt: '2026-08-01T12:00:00.000Z',
    createdBy: anOperator(),
    acceptances: [],
    ...change,
  };
}

export function planCounts(change: Partial<PlanCounts> = {}): PlanCounts {
  return {
    records: 1,
    rowsToChange: 1,
    filesToChange: 1,
    objectsToMove: 1,
    bytesToFree: 29,
    objectsShared: 0,
    held: 0,
    untouched: 0,
    unproved: 0,
    ...change,
  };
}

/** A finished rollback plan with a snapshot, a reset and a verification; its digest is made up. */
export function aStoredPlan(change: Partial<StoredPlan> = {}): StoredPlan {
  return {
    ...aPlanHeader(),
    digest: 'ab'.repeat(32),
    counts: planCounts(),
    batches: [
      { batchId: 'b-1', before: batchValues(), after: batchValues({ status: 'rolled_back' }) },
    ],
    findings: [],
    steps: [
      { name: 'snapshot', title: 'Take a snapshot', itemCount: 1, pointOfNoReturn: false },
      { name: 'reset-rows', title: 'Reset rows', itemCount: 1, pointOfNoReturn: false },
      { name: 'delete-objects', title: 'Delete objects', itemCount: 1, pointOfNoReturn: false },
      { name: 'verify', title: 'Verify', itemCount: 1, pointOfNoReturn: false },
    ],
    confirmationPhrase: 'roll back 1 file on prod',
    ...change,
  };
}

export function batchValues(change: Partial<BatchValues> = {}): BatchValues {
  return {
    completedFiles: 3,
    failedFiles: 1,
    verifiedFiles: 2,
    status: 'completed',
    completedAt: '2024-11-02 11:00:00',
    ...change,
  };
}

export function aBatchStatus(change: Partial<BatchStatus> = {}): BatchStatus {
  return {
    batchId: 'b-1',
    status: 'completed',
    totalFiles: 4,
    stored: { completed: 3, failed: 1, verified: 2 },
    recomputed: { records: 4, completed: 3, failed: 1, verified: 2, pending: 0, rolledBack: 0 },
    countersAgree: true,
    startedAt: '2024-11-02 09:00:00',
    completedAt: '2024-11-02 11:00:00',
    ...change,
  };
}
