import { z } from 'zod';
import { WireError } from './operator-error.ts';
import { PlanKind, PlanSummary, RunId, StepName } from './plan.ts';
import { SafeModeNote } from './safe-mode.ts';
import { Checkpoint, CheckpointName, Stage } from './stage.ts';
import { Operator } from './target.ts';

/**
 * State of a run.
 *
 * planned → running → succeeded | partial | stopped | failed | at-checkpoint; `interrupted` is a `running` run whose process died.
 * `at-checkpoint`: a stage is done and verified, and the operator decides whether the next one begins. That, stopped, failed, partial
 * and interrupted can be resumed.
 */
export const RunState = z.enum([
  'planned',
  'running',
  'interrupted',
  'stopped',
  'at-checkpoint',
  'failed',
  'partial',
  'succeeded',
]);
export type RunState = z.infer<typeof RunState>;

/** What is left of a run's quarantine. */
export const QuarantineState = z.enum(['none', 'kept', 'restored', 'purged']);
export type QuarantineState = z.infer<typeof QuarantineState>;

/** What became of the planned items, in items. */
export const RunCounts = z.strictObject({
  planned: z.number().int(),
  done: z.number().int(),
  held: z.number().int(),
  drifted: z.number().int(),
  failed: z.number().int(),
  objectsRemoved: z.number().int(),
  objectsRestored: z.number().int(),
  /** Bytes of objects that were seen, moved to the quarantine, and proved gone from their keys. They are still stored. */
  bytesQuarantined: z.number().int(),
  /** Bytes of copies that were seen, and proved gone for good: only a purge frees. */
  bytesFreed: z.number().int(),
});
export type RunCounts = z.infer<typeof RunCounts>;

export const StepProgress = z.strictObject({
  name: StepName,
  title: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  done: z.number().int(),
  total: z.number().int(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type StepProgress = z.infer<typeof StepProgress>;

/** A decision of recovery about one chunk or object, in a sentence for the operator. */
export const RecoveryDecision = z.strictObject({
  at: z.string(),
  step: StepName,
  decision: z.enum(['do', 'record', 'skip', 'hold']),
  sentence: z.string(),
});
export type RecoveryDecision = z.infer<typeof RecoveryDecision>;

/**
 * What a resume would find and do. `counts` is what the run file knows, in files: `underWay` are those of which nobody knows before the
 * target is read. `found` is what reading it says of the parts (rows, objects) that were under way.
 */
export const RecoveryExplanation = z.strictObject({
  runId: RunId,
  /** When the target was read, ISO 8601 UTC. */
  readAt: z.string(),
  counts: z.strictObject({
    planned: z.number().int(),
    done: z.number().int(),
    drifted: z.number().int(),
    failed: z.number().int(),
    underWay: z.number().int(),
  }),
  found: z.strictObject({
    done: z.number().int(),
    notDone: z.number().int(),
    unknown: z.number().int(),
  }),
  decisions: z.array(RecoveryDecision),
  /** What the run does after that. */
  next: z.string(),
  /** Why a resume would be refused; `null` when it would not. */
  refusedBecause: z.string().nullable(),
});
export type RecoveryExplanation = z.infer<typeof RecoveryExplanation>;

/** One check of the verification. */
export const VerificationCheck = z.strictObject({
  name: z.string(),
  result: z.enum(['passed', 'failed', 'noted']),
  expected: z.number().int(),
  actual: z.number().int(),
  sentence: z.string(),
  /** Up to 20 ids or keys that did not match. */
  examples: z.array(z.string()),
});
export type VerificationCheck = z.infer<typeof VerificationCheck>;

export const Verification = z.strictObject({
  verifiedAt: z.string(),
  passed: z.boolean(),
  checks: z.array(VerificationCheck),
});
export type Verification = z.infer<typeof Verification>;

/** A run with everything that its page shows, but not its items. Times are ISO 8601 UTC. */
export const RunDetail = z.strictObject({
  runId: RunId,
  state: RunState,
  plan: PlanSummary,
  startedAt: z.string().nullable(),
  /** Who consented to it; `null` for a plan. */
  startedBy: Operator.nullable(),
  finishedAt: z.string().nullable(),
  reason: z.string().nullable(),
  snapshotId: z.string().nullable(),
  quarantine: QuarantineState,
  undoneBy: RunId.nullable(),
  /** The newest undo that took back what came after a checkpoint, and nothing before it. */
  takenBackTo: z.strictObject({ checkpoint: CheckpointName, runId: RunId }).nullable(),
  counts: RunCounts,
  /** Empty for a run that was not staged. */
  stages: z.array(Stage),
  /** Oldest first. */
  checkpoints: z.array(Checkpoint),
  steps: z.array(StepProgress),
  decisions: z.array(RecoveryDecision),
  verification: Verification.nullable(),
  safeMode: SafeModeNote.nullable(),
  error: WireError.nullable(),
});
export type RunDetail = z.infer<typeof RunDetail>;

/** One line of the list of runs. */
export const RunSummary = z.strictObject({
  runId: RunId,
  kind: PlanKind,
  state: RunState,
  targetName: z.string(),
  scopeInWords: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  counts: RunCounts,
  quarantine: QuarantineState,
  /** The run that took it back; nothing is left to finish then. */
  undoneBy: RunId.nullable(),
  runFile: z.string(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** A run file that cannot be read, and why. */
export const UnreadableRun = z.strictObject({ runId: RunId, error: WireError });
export type UnreadableRun = z.infer<typeof UnreadableRun>;

/** The newest runs of a workspace. `total` counts every run file, those that cannot be read, too. */
export const RunList = z.strictObject({
  runs: z.array(RunSummary),
  unreadable: z.array(UnreadableRun),
  total: z.number().int(),
});
export type RunList = z.infer<typeof RunList>;

/**
 * How a run is throttled: milliseconds of rest for each millisecond of work, so that others get their turn at the target. 0: not at all; 1: half
 * speed; 3: a quarter.
 */
export const NiceRatio = z.number().min(0).max(100);

/**
 * Live progress of a plan being made or a run. A hint, never the truth: the run file is.
 */
export const Progress = z.strictObject({
  runId: RunId,
  /** Grows within one run. A gap means that events nobody had read yet were replaced by newer ones. */
  seq: z.number().int(),
  at: z.string(),
  state: z.enum(['planning', 'running', 'pausing', 'paused', 'stopping', 'ended']),
  /** What is being done now, for people: "Resetting rows". */
  stage: z.string(),
  step: StepName.nullable(),
  stepIndex: z.number().int(),
  stepCount: z.number().int(),
  /** Items of the current step. `total` is 0 while unknown. */
  done: z.number().int(),
  total: z.number().int(),
  /** Of the whole run, 0 to 1; never goes back. */
  fraction: z.number().min(0).max(1),
  ratePerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  elapsedMs: z.number(),
  niceRatio: NiceRatio,
  problems: z.number().int(),
  /** The newest problem, for people. */
  lastProblem: z.string().nullable(),
});
export type Progress = z.infer<typeof Progress>;
