import { PassThrough, Writable } from 'node:stream';
import picocolors from 'picocolors';
import type { Output, Terminal } from '../../../src/main/hosts/cli/terminal.ts';
import type { PlanItem, PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { Progress, RunDetail } from '../../../src/shared/domain/run.ts';
import type { StatusReport } from '../../../src/shared/domain/status.ts';

export const runId = '01K1ABCDEFGHJKMNPQRSTVWXYZ';
const digest = 'ab'.repeat(32);

const target = {
  name: 'prod',
  databaseKind: 'd1',
  database: '/data/app.sqlite',
  bucket: 'bucket-a',
  endpoint: 'r2.example.test:443',
  originals: '/data/originals',
  fingerprint: 'cd'.repeat(32),
} as const;

export function aPlanSummary(change: Partial<PlanSummary> = {}): PlanSummary {
  return {
    planId: runId,
    runId,
    kind: 'rollback',
    subjectRunId: null,
    target,
    scope: { batchId: 'B1', failedOnly: false, full: false, mode: 'both' },
    scopeInWords: 'batch B1',
    createdAt: '2026-08-01T12:00:00.000Z',
    createdBy: { user: 'ada', host: 'jump', pid: 1, door: 'cli' },
    digest,
    runFile: `/ws/runs/${runId}.unwind`,
    counts: {
      records: 12,
      rowsToChange: 10,
      filesToChange: 10,
      objectsToMove: 9,
      bytesToFree: 12_300_000,
      objectsShared: 1,
      held: 2,
      untouched: 0,
      unproved: 0,
    },
    heldByReason: [{ reason: 'original-missing', count: 2 }],
    batches: [],
    findings: [],
    acceptances: [],
    steps: [
      { name: 'snapshot', title: 'Take the snapshot', itemCount: 10, pointOfNoReturn: false },
    ],
    confirmationPhrase: 'roll back 10 files on prod abababab',
    executeCommand: `unwind rollback --plan ${runId} --plan-digest ${digest} --confirm`,
    ...change,
  };
}

export function aPlanItem(change: Partial<PlanItem> = {}): PlanItem {
  const file = { r2Key: 'k/1', checksum: 'c', updatedAt: '2026-01-01', marks: null };
  return {
    seq: 1,
    recordId: 'rec-1',
    batchId: 'B1',
    fileId: 'file-1',
    userId: 'u1',
    filename: 'letter.pdf',
    sourcePath: 'u1/letter.pdf',
    objectKey: 'k/1',
    verdict: 'change',
    rowAction: 'reset',
    objectAction: 'quarantine-and-delete',
    before: { status: 'completed', completedAt: '2026-01-01', file },
    after: {
      status: 'rolled_back',
      completedAt: '<time of run>',
      file: { ...file, r2Key: null, checksum: null },
    },
    object: null,
    objectProof: 'proved',
    objectDetail: '',
    originalProof: 'proved',
    originalDetail: '',
    held: null,
    outcome: 'planned',
    outcomeDetail: null,
    ...change,
  };
}

export function aHeldItem(filename: string): PlanItem {
  const held = { reason: 'original-missing', detail: 'no such file', fix: 'Put it back.' } as const;
  return aPlanItem({ filename, verdict: 'held', rowAction: 'none', objectAction: 'none', held });
}

export function aRunDetail(change: Partial<RunDetail> = {}): RunDetail {
  return {
    runId,
    state: 'succeeded',
    plan: aPlanSummary(),
    startedAt: '2026-08-01T12:01:00.000Z',
    startedBy: { user: 'ada', host: 'jump-1', pid: 7, door: 'cli' },
    finishedAt: '2026-08-01T12:02:00.000Z',
    reason: null,
    snapshotId: null,
    quarantine: 'kept',
    undoneBy: null,
    takenBackTo: null,
    stages: [],
    checkpoints: [],
    safeMode: null,
    counts: {
      planned: 10,
      done: 10,
      held: 2,
      drifted: 0,
      failed: 0,
      objectsRemoved: 9,
      objectsRestored: 0,
      bytesQuarantined: 12_300_000,
      bytesFreed: 0,
    },
    steps: [],
    decisions: [],
    verification: null,
    error: null,
    ...change,
  };
}

export function aStatusReport(change: Partial<StatusReport> = {}): StatusReport {
  return {
    target,
    schemaVariant: 'reference',
    checkedAt: '2026-08-01T12:00:00.000Z',
    batches: [],
    records: [],
    recordCount: 0,
    limit: 50,
    offset: 0,
    ...change,
  };
}

export function aProgress(change: Partial<Progress> = {}): Progress {
  return {
    runId,
    seq: 0,
    at: '2026-08-01T12:00:00.000Z',
    state: 'running',
    stage: 'Resetting rows',
    step: 'reset-rows',
    stepIndex: 1,
    stepCount: 6,
    done: 1200,
    total: 5000,
    fraction: 0.42,
    ratePerSecond: 600,
    etaMs: 75_000,
    elapsedMs: 2000,
    niceRatio: 0,
    problems: 0,
    lastProblem: null,
    ...change,
  };
}

/** A terminal that keeps what is written to it. */
export interface KeepingTerminal extends Terminal {
  readonly out: () => string;
  readonly err: () => string;
}

interface TerminalChange {
  readonly isTTY?: boolean;
  readonly color?: boolean;
  /** What a person types; without it nobody can be asked. */
  readonly typed?: string;
}

export function aTerminal(change: TerminalChange = {}): KeepingTerminal {
  const stdin = new PassThrough();
  if (change.typed !== undefined) stdin.end(change.typed);
  const stdout = aKeepingOutput(change.isTTY ?? false);
  const stderr = aKeepingOutput(change.isTTY ?? false);
  return {
    stdin,
    stdout,
    stderr,
    interactive: change.typed !== undefined,
    colors: picocolors.createColors(change.color ?? false),
    columns: 160,
    out: stdout.text,
    err: stderr.text,
  };
}

function aKeepingOutput(isTTY: boolean): Output & { readonly text: () => string } {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString());
      done();
    },
  });
  return Object.assign(stream, { isTTY, columns: 100, text: () => written.join('') });
}
