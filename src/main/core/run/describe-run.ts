import type { ItemOutcome, PlanItem, PlanKind, PlanSummary } from '../../../shared/domain/plan.ts';
import type {
  QuarantineState,
  RunDetail,
  RunState,
  RunSummary,
  StepProgress,
} from '../../../shared/domain/run.ts';
import type { SafeModeNote } from '../../../shared/domain/safe-mode.ts';
import type { Stage } from '../../../shared/domain/stage.ts';
import type { ItemFilter, RunFile, StoredItem, StoredPlan, StoredStep } from '../ports/run-file.ts';
import { currentStage } from './checkpoints.ts';

/** Facts about a run that its own file does not hold. */
export interface Surroundings {
  /** Whether some process holds the lease for this run now. */
  readonly isHeld: boolean;
  /** Finished runs that were about this one. */
  readonly followUps: readonly FollowUp[];
}

/** A later run about an earlier one. */
export interface FollowUp {
  readonly runId: string;
  readonly kind: PlanKind;
  readonly subjectRunId: string | null;
  readonly state: RunState;
  /** Of an undo that took back only what came after this checkpoint. */
  readonly toCheckpoint?: string | undefined;
}

const COMMANDS: Readonly<Record<PlanKind, string>> = {
  rollback: 'unwind rollback',
  undo: 'unwind undo',
  purge: 'unwind quarantine purge',
  'drop-columns': 'unwind drop-columns',
  restore: 'unwind restore',
};

/** The command that executes exactly this plan, quoted for a POSIX shell. */
export function executeCommand(plan: Pick<StoredPlan, 'kind' | 'digest'>, path: string): string {
  const quoted = /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
  return `${COMMANDS[plan.kind]} --plan ${quoted} --plan-digest ${plan.digest} --confirm`;
}

/** What became of an item, from what became of its two parts. */
export function outcomeOf(item: Pick<StoredItem, 'rowState' | 'objectState'>): ItemOutcome {
  const states = [item.rowState, item.objectState];
  if (states.includes('failed')) return 'failed';
  if (states.includes('drifted')) return 'drifted';
  if (states.includes('planned') || states.includes('quarantined')) return 'planned';
  return states.includes('done') ? 'done' : 'planned';
}

/** An item as the doors see it. */
export function toPlanItem(item: StoredItem): PlanItem {
  return {
    seq: item.seq,
    recordId: item.recordId,
    batchId: item.batchId,
    fileId: item.fileId,
    userId: item.userId,
    filename: item.filename,
    sourcePath: item.sourcePath,
    objectKey: item.objectKey,
    verdict: item.verdict,
    rowAction: item.rowAction,
    objectAction: item.objectAction,
    before: item.before,
    after: item.after,
    object: item.object,
    objectProof: item.objectProof,
    objectDetail: item.objectDetail,
    originalProof: item.originalProof,
    originalDetail: item.originalDetail,
    held: item.held,
    outcome: outcomeOf(item),
    outcomeDetail: item.stateDetail,
  };
}

/** A plan as the doors see it. */
export function toPlanSummary(runFile: RunFile): PlanSummary {
  const plan = runFile.readPlan();
  return {
    planId: plan.runId,
    runId: plan.runId,
    kind: plan.kind,
    subjectRunId: plan.subjectRunId,
    ...(plan.toCheckpoint === undefined ? {} : { toCheckpoint: plan.toCheckpoint }),
    target: plan.target,
    scope: plan.scope,
    scopeInWords: plan.scopeInWords,
    createdAt: plan.createdAt,
    createdBy: plan.createdBy,
    digest: plan.digest,
    runFile: runFile.path,
    counts: plan.counts,
    heldByReason: runFile.heldByReason().map(({ reason, count }) => ({ reason, count })),
    batches: [...plan.batches],
    findings: [...plan.findings],
    acceptances: [...plan.acceptances],
    steps: [...plan.steps],
    ...(plan.columnDrop === undefined ? {} : { columnDrop: plan.columnDrop }),
    ...(plan.restoreSource === undefined ? {} : { restoreSource: plan.restoreSource }),
    confirmationPhrase: plan.confirmationPhrase,
    executeCommand: executeCommand(plan, runFile.path),
  };
}

function stateOf(runFile: RunFile, surroundings: Surroundings): RunState {
  const { state } = runFile.readRun();
  return state === 'running' && !surroundings.isHeld ? 'interrupted' : state;
}

function quarantineOf(runFile: RunFile, followUps: readonly FollowUp[]): QuarantineState {
  if (runFile.readPlan().kind !== 'rollback') return 'none';
  const copies = runFile.countItems('objects-quarantined') + runFile.countItems('objects-done');
  if (copies === 0) return 'none';
  if (followUps.some((one) => one.kind === 'purge' && one.state === 'succeeded')) return 'purged';
  return undoOf(followUps) === undefined ? 'kept' : 'restored';
}

function undoesOf(followUps: readonly FollowUp[]): readonly FollowUp[] {
  return followUps.filter(
    (one) => one.kind === 'undo' && (one.state === 'succeeded' || one.state === 'partial'),
  );
}

/** The undo that took back all of a run. */
function undoOf(followUps: readonly FollowUp[]): FollowUp | undefined {
  return undoesOf(followUps).find((one) => one.toCheckpoint === undefined);
}

/** The newest undo that took a run back to a checkpoint. */
function takenBackTo(followUps: readonly FollowUp[]): RunDetail['takenBackTo'] {
  for (const { runId, toCheckpoint } of undoesOf(followUps)) {
    if (toCheckpoint !== undefined) return { checkpoint: toCheckpoint, runId };
  }
  return null;
}

/** The stages of a run as its page shows them. */
function stagesOf(runFile: RunFile, state: RunState): Stage[] {
  const stages = runFile.stages();
  const current = currentStage(stages)?.number;
  const isOver = state === 'succeeded' || state === 'partial';
  return stages.map(({ lastSeq: _lastSeq, ...stage }) => ({
    ...stage,
    state:
      stage.number !== current
        ? stage.endedAt === null
          ? 'waiting'
          : 'done'
        : isOver
          ? 'done'
          : state === 'running'
            ? 'running'
            : 'waiting',
  }));
}

const DONE_ITEMS: Partial<Record<StoredStep['name'], ItemFilter>> = {
  'reset-rows': 'rows-done',
  'restore-rows': 'rows-done',
  'drop-columns': 'rows-done',
  'delete-objects': 'objects-done',
  'restore-objects': 'objects-done',
  'purge-objects': 'objects-done',
};

function stepProgress(runFile: RunFile, plan: StoredPlan): StepProgress[] {
  return runFile.steps().map((step) => {
    const planned = plan.steps.find((one) => one.name === step.name);
    const total = planned?.itemCount ?? 0;
    const filter = DONE_ITEMS[step.name];
    const done =
      filter === undefined ? (step.state === 'done' ? total : 0) : runFile.countItems(filter);
    return {
      name: step.name,
      title: planned?.title ?? step.name,
      state: step.state,
      done,
      total,
      startedAt: step.startedAt,
      finishedAt: step.finishedAt,
    };
  });
}

/** The last thing that the run's audit trail says of safe mode. */
function safeModeNoteOf(runFile: RunFile): SafeModeNote | null {
  const last = runFile.auditEvents(['safe-mode.entered', 'safe-mode.left']).at(-1);
  if (last === undefined) return null;
  return {
    at: last.at,
    event: last.event === 'safe-mode.entered' ? 'entered' : 'left',
    sentence: String(last.data['sentence']),
  };
}

/** A run as its page shows it. */
export function toRunDetail(runFile: RunFile, surroundings: Surroundings): RunDetail {
  const run = runFile.readRun();
  const plan = runFile.readPlan();
  return {
    runId: runFile.runId,
    state: stateOf(runFile, surroundings),
    plan: toPlanSummary(runFile),
    startedAt: run.startedAt,
    startedBy: run.startedBy,
    finishedAt: run.finishedAt,
    reason: run.reason,
    snapshotId: run.snapshotId,
    quarantine: quarantineOf(runFile, surroundings.followUps),
    undoneBy: undoOf(surroundings.followUps)?.runId ?? null,
    takenBackTo: takenBackTo(surroundings.followUps),
    counts: runFile.runCounts(),
    stages: stagesOf(runFile, stateOf(runFile, surroundings)),
    checkpoints: [...runFile.checkpoints()],
    steps: stepProgress(runFile, plan),
    decisions: [...runFile.decisions()],
    verification: run.verification,
    safeMode: safeModeNoteOf(runFile),
    error: run.error,
  };
}

/** A run as one line of a list. */
export function toRunSummary(runFile: RunFile, surroundings: Surroundings): RunSummary {
  const run = runFile.readRun();
  const plan = runFile.readPlan();
  return {
    runId: runFile.runId,
    kind: plan.kind,
    state: stateOf(runFile, surroundings),
    targetName: plan.target.name,
    scopeInWords: plan.scopeInWords,
    createdAt: plan.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    counts: runFile.runCounts(),
    quarantine: quarantineOf(runFile, surroundings.followUps),
    undoneBy: undoOf(surroundings.followUps)?.runId ?? null,
    runFile: runFile.path,
  };
}
