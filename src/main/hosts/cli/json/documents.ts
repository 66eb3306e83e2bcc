import { z } from 'zod';
import { ActivityReport, StopResult } from '../../../../shared/contract/activity.ts';
import { StagePreview } from '../../../../shared/contract/plan.ts';
import { QuarantineEntry } from '../../../../shared/contract/quarantine.ts';
import { SafeModeLeft } from '../../../../shared/contract/safe-mode.ts';
import { SandboxState } from '../../../../shared/contract/sandbox.ts';
import { ConfigValue } from '../../../../shared/contract/target.ts';
import { Analysis, LogAnalysis } from '../../../../shared/domain/analysis.ts';
import { Debt, DebtItem } from '../../../../shared/domain/debt.ts';
import { WireError } from '../../../../shared/domain/operator-error.ts';
import { Pack } from '../../../../shared/domain/pack.ts';
import {
  DurationEstimate,
  PlanDigest,
  PlanItem,
  PlanSummary,
  RunId,
} from '../../../../shared/domain/plan.ts';
import { PreflightReport } from '../../../../shared/domain/preflight.ts';
import {
  ReconcileFinding,
  ReconcileReport,
  ReconcileSummary,
} from '../../../../shared/domain/reconcile.ts';
import {
  ReconstructedRow,
  ReconstructionSummary,
} from '../../../../shared/domain/reconstruction.ts';
import {
  RecoveryExplanation,
  RunDetail,
  RunList,
  Verification,
} from '../../../../shared/domain/run.ts';
import { SafeMode } from '../../../../shared/domain/safe-mode.ts';
import {
  Alternate,
  SnapshotEntry,
  SnapshotVerification,
} from '../../../../shared/domain/snapshot.ts';
import { StatusReport } from '../../../../shared/domain/status.ts';

/** What a plan or a run came to, in one word. */
export const Result = z.enum([
  'planned',
  'blocked',
  'running',
  'interrupted',
  'stopped',
  'at-checkpoint',
  'failed',
  'partial',
  'verification-failed',
  'succeeded',
]);
export type Result = z.infer<typeof Result>;

/** The figures that every plan and run document carries, in items. */
const Counts = z.strictObject({
  planned: z.number().int(),
  done: z.number().int(),
  held: z.number().int(),
  drifted: z.number().int(),
  failed: z.number().int(),
});

/** What names a plan and its run, and what came of it. */
const runKeys = {
  planId: RunId,
  runId: RunId,
  planDigest: PlanDigest,
  runFile: z.string(),
  result: Result,
  counts: Counts,
};

/** A plan that was made and not executed. */
const PlanDocument = z.strictObject({
  ...runKeys,
  plan: PlanSummary,
  /** The first items that change. */
  sample: z.array(PlanItem),
  /** The first held items. */
  held: z.array(PlanItem),
  /** How long it takes by earlier runs; null: there is none to go by. */
  estimate: DurationEstimate.nullable(),
});

/** A run, or a plan that was shown only: then `run` is null. */
const RunDocument = z.strictObject({
  ...runKeys,
  plan: PlanSummary,
  run: RunDetail.nullable(),
  /** The first items that change. */
  sample: z.array(PlanItem),
  /** The first held items. */
  held: z.array(PlanItem),
  /** How long it takes by earlier runs; null: there is none to go by. */
  estimate: DurationEstimate.nullable(),
});

/** A finished reconcile report. */
const ReconcileDocument = z.strictObject({
  report: ReconcileReport,
  /** The first findings. */
  findings: z.array(ReconcileFinding),
  findingTotal: z.number().int(),
  /** The files that all findings were written to; null when none was asked for. */
  csv: z.string().nullable(),
  jsonl: z.string().nullable(),
});

/** What became of the sandbox, after the command. */
const SandboxDocument = z.strictObject({ sandbox: SandboxState });

const DrillPhase = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  durationMs: z.number(),
  sentence: z.string(),
});
export type DrillPhase = z.infer<typeof DrillPhase>;

/** An error code with its class and its guide. */
const ExplainedErrorDocument = z.strictObject({
  code: z.string(),
  kind: z.string(),
  exitCode: z.number().int(),
  retryable: z.boolean(),
  cause: z.string(),
  proof: z.string(),
  nextStep: z.string(),
  /** What the reference procedures called it. */
  formerly: z.string().optional(),
});
export type ExplainedError = z.infer<typeof ExplainedErrorDocument>;

/** The body of each command's document, by command name. */
export const DOCUMENTS = {
  preflight: z.strictObject({ preflight: PreflightReport }),
  status: z.strictObject({
    status: StatusReport,
    /** Why the target is read-only for Unwind; null when it is not. */
    safeMode: SafeMode.nullable(),
  }),
  locks: z.strictObject({
    activity: ActivityReport,
    /** What became of the session that was to be stopped; null when none was. */
    stop: StopResult.nullable(),
  }),
  plan: PlanDocument,
  rollback: RunDocument.extend({
    /** How the plan is done in stages, with the first files of each; left out where it is not. */
    stages: z.array(StagePreview).optional(),
  }),
  undo: RunDocument,
  'quarantine purge': RunDocument,
  'drop-columns': RunDocument,
  restore: RunDocument,
  reconstruct: z.strictObject({
    reconstruction: ReconstructionSummary,
    /** The first rows. */
    rows: z.array(ReconstructedRow),
    /** The files that all rows were written to; null when none was asked for. */
    csv: z.string().nullable(),
    jsonl: z.string().nullable(),
  }),
  pack: z.strictObject({ pack: Pack }),
  'snapshots list': z.strictObject({ snapshots: z.array(SnapshotEntry) }),
  'snapshots show': z.strictObject({ snapshot: SnapshotEntry }),
  'snapshots verify': z.strictObject({
    snapshot: SnapshotEntry,
    verification: SnapshotVerification,
    /** What was tried instead of a damaged one, newest first, the sound one last. */
    alternates: z.array(Alternate),
  }),
  resume: z.strictObject({
    ...runKeys,
    run: RunDetail,
    /** What was found before going on; null for a run that had nothing to resume, or where it could not be said. */
    explanation: RecoveryExplanation.nullable(),
  }),
  verify: z.strictObject({ runId: RunId, verification: Verification }),
  report: z.strictObject({
    runId: RunId,
    markdown: z.string(),
    /** The file it was written to; null when there is none. */
    out: z.string().nullable(),
  }),
  analyze: z.strictObject({
    /** Null with `--log-file`. */
    analysis: Analysis.nullable(),
    /** Null without it. */
    log: LogAnalysis.nullable(),
    /** The files that the figures were written to; null when none was asked for. */
    csv: z.string().nullable(),
    openmetrics: z.string().nullable(),
  }),
  'runs list': RunList,
  'runs show': z.strictObject({
    ...runKeys,
    run: RunDetail,
    items: z.array(PlanItem),
    /** How many items the filter matches, of which `items` is a page. */
    itemTotal: z.number().int(),
    /** The files that all of these items were written to; null when none was asked for. */
    csv: z.string().nullable(),
    jsonl: z.string().nullable(),
  }),
  checkpoints: z.strictObject({
    ...runKeys,
    stages: RunDetail.shape.stages,
    checkpoints: RunDetail.shape.checkpoints,
    takenBackTo: RunDetail.shape.takenBackTo,
  }),
  'quarantine list': z.strictObject({ entries: z.array(QuarantineEntry) }),
  reconcile: ReconcileDocument,
  'reconciles list': z.strictObject({ reports: z.array(ReconcileSummary) }),
  'reconciles show': ReconcileDocument,
  'debts list': z.strictObject({ debts: z.array(Debt) }),
  'debts show': z.strictObject({ debt: Debt, items: z.array(DebtItem) }),
  'debts close': RunDocument,
  'safe-mode show': z.strictObject({ safeModes: z.array(SafeMode) }),
  'safe-mode leave': z.strictObject({ left: SafeModeLeft }),
  'sandbox create': SandboxDocument,
  'sandbox start': SandboxDocument,
  'sandbox stop': SandboxDocument,
  'sandbox reset': SandboxDocument,
  'sandbox path': SandboxDocument,
  'config show': z.strictObject({
    target: z.string(),
    workspace: z.string(),
    values: z.array(ConfigValue),
  }),
  errors: z.strictObject({ errors: z.array(ExplainedErrorDocument) }),
  drill: z.strictObject({
    workspace: z.string(),
    /** Whether the workspace is still there. */
    kept: z.boolean(),
    rollbackRunId: RunId,
    undoRunId: RunId.nullable(),
    passed: z.boolean(),
    phases: z.array(DrillPhase),
    report: z.string(),
  }),
} as const;

/** Body types by command name. */
export type Documents = {
  readonly [Name in keyof typeof DOCUMENTS]: z.infer<(typeof DOCUMENTS)[Name]>;
};

/** What `--json` prints when a command fails before it has a document of its own. `command` is null when none was recognised. */
export const FailureDocument = z.strictObject({
  command: z.string().nullable(),
  ok: z.literal(false),
  exitCode: z.number().int(),
  error: WireError,
});
export type FailureDocument = z.infer<typeof FailureDocument>;

/** The whole document of a command: its body in the envelope that all share, or a failure. */
export function documentSchemaOf(name: keyof Documents): z.ZodType {
  const envelope = {
    command: z.literal(name),
    ok: z.boolean(),
    exitCode: z.number().int(),
  };
  return z.union([DOCUMENTS[name].extend(envelope), FailureDocument]);
}
