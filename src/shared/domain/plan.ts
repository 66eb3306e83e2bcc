import { z } from 'zod';
import { ColumnDrop } from './column-drop.ts';
import { RestoreSource } from './restore-source.ts';
import { Scope } from './scope.ts';
import { CheckpointName } from './stage.ts';
import { Operator, TargetIdentity } from './target.ts';

/**
 * What executing a plan does: take a migration back, take a rollback back, give up a quarantine for good, drop the columns that the
 * saved-file migration added, or give rows the values that a snapshot kept of them.
 */
export const PlanKind = z.enum(['rollback', 'undo', 'purge', 'drop-columns', 'restore']);
export type PlanKind = z.infer<typeof PlanKind>;

/** Digest of a plan: SHA-256 as 64 lower-case hex digits. */
export const PlanDigest = z.string().regex(/^[0-9a-f]{64}$/, 'a plan digest is 64 hex digits');

/** Id of a plan and of the one run that may execute it: a ULID. */
export const RunId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'an id is 26 characters of a ULID');
export type RunId = z.infer<typeof RunId>;

/** Answer to a question of fact: proved true, proved false, or not known. `not-needed`: nothing depends on it here. */
export const Proof = z.enum(['proved', 'disproved', 'unknown', 'not-needed']);
export type Proof = z.infer<typeof Proof>;

/** Why a file is held: its row and its object stay exactly as they are. */
export const HeldReason = z.enum([
  'original-missing',
  'original-different',
  'original-unknown',
  'object-overwritten',
  'object-unknown',
  'row-points-elsewhere',
  'row-claimed',
  'path-escapes',
  'newer-object',
  'row-moved',
  'quarantine-missing',
  'row-gone',
  'record-differs',
  'object-missing',
  'object-in-quarantine',
  'values-unproved',
]);
export type HeldReason = z.infer<typeof HeldReason>;

/** A reason, the fact behind it, and what the operator can do about it. */
export const Held = z.strictObject({ reason: HeldReason, detail: z.string(), fix: z.string() });
export type Held = z.infer<typeof Held>;

/** The columns that some migrations add to the file row besides key and checksum (`reference/file-migration-tools-summary.md`). */
export const MigrationMarks = z.strictObject({
  migratedAt: z.string().nullable(),
  migrationStatus: z.string().nullable(),
  migrationBatchId: z.string().nullable(),
});
export type MigrationMarks = z.infer<typeof MigrationMarks>;

/** The columns that a rollback changes, as text; `null` is SQL NULL. */
export const RowValues = z.strictObject({
  status: z.string().nullable(),
  completedAt: z.string().nullable(),
  /** `null` where the record has no row in `files`, or that row is left alone. */
  file: z
    .strictObject({
      r2Key: z.string().nullable(),
      checksum: z.string().nullable(),
      updatedAt: z.string().nullable(),
      /** `null` where the file table has no such columns. */
      marks: MigrationMarks.nullable(),
    })
    .nullable(),
});
export type RowValues = z.infer<typeof RowValues>;

/** What is known of an object. `lastModified` is ISO 8601 UTC; `etag` is without quotes. */
export const ObjectFacts = z.strictObject({
  key: z.string(),
  sizeBytes: z.number().int().min(0),
  etag: z.string(),
  lastModified: z.string(),
});
export type ObjectFacts = z.infer<typeof ObjectFacts>;

/** What happens to a file: it changes, a guard holds it, or there is nothing to do. */
export const Verdict = z.enum(['change', 'held', 'untouched']);
export type Verdict = z.infer<typeof Verdict>;

export const ObjectAction = z.enum([
  'none',
  'keep-shared',
  'quarantine-and-delete',
  'restore',
  'purge',
]);
export type ObjectAction = z.infer<typeof ObjectAction>;

/** What became of an item in the run; `planned` before it, `drifted` when the world had moved and it was left alone. */
export const ItemOutcome = z.enum(['planned', 'done', 'drifted', 'failed']);
export type ItemOutcome = z.infer<typeof ItemOutcome>;

/** One file of a plan: one row of `file_migrations` with its file row, its object and its original. */
export const PlanItem = z.strictObject({
  /** Position in the plan, from 1. */
  seq: z.number().int().min(1),
  recordId: z.string(),
  batchId: z.string(),
  fileId: z.string().nullable(),
  userId: z.string().nullable(),
  filename: z.string().nullable(),
  sourcePath: z.string().nullable(),
  objectKey: z.string().nullable(),
  verdict: Verdict,
  /** `drop`: the item is a column, which goes. */
  rowAction: z.enum(['none', 'reset', 'restore', 'drop']),
  objectAction: ObjectAction,
  before: RowValues,
  /** Values after the run; a time that the run itself will stamp is written `RUN_TIME`. */
  after: RowValues,
  object: ObjectFacts.nullable(),
  /** Whether the object exists and holds what the migration put there. */
  objectProof: Proof,
  objectDetail: z.string(),
  /** Whether the original is there with the content that was migrated. */
  originalProof: Proof,
  originalDetail: z.string(),
  held: Held.nullable(),
  outcome: ItemOutcome,
  outcomeDetail: z.string().nullable(),
});
export type PlanItem = z.infer<typeof PlanItem>;

/** Stands in a plan for the moment of the run, which the plan cannot know yet. */
export const RUN_TIME = '<time of run>';

/** A row of `migration_batches`: its stored counters and status. */
export const BatchValues = z.strictObject({
  completedFiles: z.number().int().nullable(),
  failedFiles: z.number().int().nullable(),
  verifiedFiles: z.number().int().nullable(),
  status: z.string().nullable(),
  completedAt: z.string().nullable(),
});
export type BatchValues = z.infer<typeof BatchValues>;

/** What a plan does to one batch row. */
export const PlanBatch = z.strictObject({
  batchId: z.string(),
  before: BatchValues,
  /** What the counters and the status will be if every planned item is done. */
  after: BatchValues,
});
export type PlanBatch = z.infer<typeof PlanBatch>;

/** What a look at the target says of a plan: how many of its files are not as planned any more, and the first of them. */
export const Freshness = z.strictObject({
  /** ISO 8601 UTC. */
  checkedAt: z.string(),
  /** Files whose rows and objects were compared: all that change. */
  checked: z.number().int(),
  movedCount: z.number().int(),
  /** At most 50, in the order of the plan. */
  moved: z.array(z.strictObject({ recordId: z.string(), what: z.string() })),
});
export type Freshness = z.infer<typeof Freshness>;

/** How long a run would take by earlier ones of the same kind. `basis`: what it was measured on. */
export const DurationEstimate = z.strictObject({
  expectedMs: z.number().int(),
  basis: z.strictObject({
    /** Runs that went through without a break; at most the newest 10. */
    runs: z.number().int().min(1),
    /** Files that they changed. */
    files: z.number().int().min(1),
    /** `false`: no run of this target, so those of others. */
    isOfTarget: z.boolean(),
  }),
});
export type DurationEstimate = z.infer<typeof DurationEstimate>;

/** By what the files of a plan can be grouped. */
export const ItemGrouping = z.enum(['user', 'folder', 'batch']);
export type ItemGrouping = z.infer<typeof ItemGrouping>;

/** The files of a plan that have one user, folder or batch; `null`: none. A folder ends with `/`; files at the top have the folder `''`. */
export const ItemGroup = z.strictObject({
  value: z.string().nullable(),
  files: z.number().int(),
  toChange: z.number().int(),
  held: z.number().int(),
  /** Of the objects that the plan found. */
  objectBytes: z.number().int(),
});
export type ItemGroup = z.infer<typeof ItemGroup>;

/** Something the operator must know. A `blocker` keeps the plan from being executed. */
export const Finding = z.strictObject({
  code: z.string(),
  severity: z.enum(['info', 'warning', 'blocker']),
  message: z.string(),
  fix: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** An explicit, reasoned decision of the operator to go on where something is not proved. */
export const Acceptance = z.strictObject({
  code: z.enum(['unknown-originals', 'triggers', 'blast-radius', 'gives-up-undo']),
  reason: z.string().min(3),
});
export type Acceptance = z.infer<typeof Acceptance>;

/** Figures of a plan. Bytes are those of the objects the bucket reported. */
export const PlanCounts = z.strictObject({
  records: z.number().int(),
  rowsToChange: z.number().int(),
  filesToChange: z.number().int(),
  objectsToMove: z.number().int(),
  bytesToFree: z.number().int(),
  objectsShared: z.number().int(),
  held: z.number().int(),
  untouched: z.number().int(),
  unproved: z.number().int(),
});
export type PlanCounts = z.infer<typeof PlanCounts>;

/** Names of the steps a run goes through, in the order in which they may occur. */
export const StepName = z.enum([
  'snapshot',
  'restore-objects',
  'reset-rows',
  'restore-rows',
  'update-batches',
  'verify-rows',
  'quarantine-objects',
  'delete-objects',
  'purge-objects',
  'drop-columns',
  'verify',
]);
export type StepName = z.infer<typeof StepName>;

export const PlanStep = z.strictObject({
  name: StepName,
  title: z.string(),
  /** How many items (rows, objects or batches) the step is about. */
  itemCount: z.number().int(),
  /** Whether this step ends the possibility to undo. */
  pointOfNoReturn: z.boolean(),
});
export type PlanStep = z.infer<typeof PlanStep>;

/** A plan without its items: everything the summary screen and the confirmation need. */
export const PlanSummary = z.strictObject({
  planId: RunId,
  runId: RunId,
  kind: PlanKind,
  /** The run that an undo or a purge is about, or before which a restore's snapshot was taken. */
  subjectRunId: RunId.nullable(),
  /** Of an undo that takes back only what its run did after this checkpoint. */
  toCheckpoint: CheckpointName.optional(),
  target: TargetIdentity,
  scope: Scope,
  scopeInWords: z.string(),
  createdAt: z.string(),
  createdBy: Operator,
  digest: PlanDigest,
  runFile: z.string(),
  counts: PlanCounts,
  heldByReason: z.array(z.strictObject({ reason: HeldReason, count: z.number().int() })),
  batches: z.array(PlanBatch),
  findings: z.array(Finding),
  acceptances: z.array(Acceptance),
  /** Of a plan of kind `drop-columns` only. */
  columnDrop: ColumnDrop.optional(),
  /** Of a plan of kind `restore` only. */
  restoreSource: RestoreSource.optional(),
  steps: z.array(PlanStep),
  /** What the operator types to consent: the act, the extent and the target. The digest is consented to beside it. */
  confirmationPhrase: z.string(),
  /** The CLI command that executes exactly this plan. */
  executeCommand: z.string(),
});
export type PlanSummary = z.infer<typeof PlanSummary>;
