import type { ColumnDrop } from '../../../shared/domain/column-drop.ts';
import type { WireError } from '../../../shared/domain/operator-error.ts';
import type {
  Acceptance,
  BatchValues,
  Finding,
  HeldReason,
  ItemGroup,
  ItemGrouping,
  ItemOutcome,
  ObjectFacts,
  PlanBatch,
  PlanCounts,
  PlanItem,
  PlanKind,
  PlanStep,
  StepName,
  Verdict,
} from '../../../shared/domain/plan.ts';
import type { RestoreSource } from '../../../shared/domain/restore-source.ts';
import type { RecoveryDecision, RunCounts, Verification } from '../../../shared/domain/run.ts';
import type { Scope } from '../../../shared/domain/scope.ts';
import type { Checkpoint, StageExtent } from '../../../shared/domain/stage.ts';
import type { Operator, TargetIdentity } from '../../../shared/domain/target.ts';
import type { ObjectReference } from './migration-database.ts';

/** What became of the row part of an item. `none`: the plan does nothing to its rows. */
export type RowState = 'none' | 'planned' | 'done' | 'drifted' | 'failed';

/** What became of the object part. `quarantined`: a verified copy exists, the original key is still there. */
export type ObjectState = 'none' | 'planned' | 'quarantined' | 'done' | 'drifted' | 'failed';

/** An item as the run file keeps it: the plan's part never changes once the plan is finished, the states do. */
export interface StoredItem extends Omit<PlanItem, 'outcome' | 'outcomeDetail'> {
  /** SHA-256 (hex) of the object's content where it is known; what a quarantine copy must hash to. */
  readonly objectSha256: string | null;
  /** Where the object's quarantine copy is, or will be. */
  readonly quarantineKey: string | null;
  readonly rowState: RowState;
  readonly objectState: ObjectState;
  readonly stateDetail: string | null;
}

/** What a plan is about, known before its items are. */
export interface PlanHeader {
  readonly runId: string;
  readonly kind: PlanKind;
  readonly subjectRunId: string | null;
  /** Of an undo that takes back only what its run did after this checkpoint. */
  readonly toCheckpoint?: string;
  readonly target: TargetIdentity;
  readonly scope: Scope;
  readonly scopeInWords: string;
  readonly createdAt: string;
  readonly createdBy: Operator;
  readonly acceptances: readonly Acceptance[];
}

/** A finished plan as stored: the header and what the items add up to. */
export interface StoredPlan extends PlanHeader {
  readonly digest: string;
  readonly counts: PlanCounts;
  readonly batches: readonly PlanBatch[];
  readonly findings: readonly Finding[];
  readonly steps: readonly PlanStep[];
  readonly confirmationPhrase: string;
  /** Of a plan of kind `drop-columns` only. */
  readonly columnDrop?: ColumnDrop;
  /** Of a plan of kind `restore` only. */
  readonly restoreSource?: RestoreSource;
}

/** State of the run in its file. `interrupted` is not stored: it is `running` without a living holder of the lease. */
export type StoredRunState =
  | 'planned'
  | 'running'
  | 'stopped'
  | 'at-checkpoint'
  | 'failed'
  | 'partial'
  | 'succeeded';

export interface StoredRun {
  readonly state: StoredRunState;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly reason: string | null;
  readonly startedBy: Operator | null;
  /** The moment that the run writes into time columns, as the target's columns are written. The same for every row and every resume. */
  readonly runTime: string | null;
  readonly snapshotId: string | null;
  readonly error: WireError | null;
  readonly verification: Verification | null;
}

/**
 * Which items a step still has to work on, or a reader wants to see.
 *
 * `rows-planned` leaves out items whose object was left alone, and `objects-planned` items whose row was: the two parts of a file
 * go together or not at all.
 */
export type ItemFilter =
  | 'all'
  | 'changing'
  | 'held'
  | 'rows-planned'
  | 'rows-done'
  | 'objects-planned'
  | 'objects-quarantined'
  | 'objects-done'
  | 'objects-failed';

/** A page of items by position: those after `afterSeq`, at most `limit`, in order. */
export interface ItemPage {
  readonly filter: ItemFilter;
  readonly afterSeq: number;
  readonly limit: number;
  /** Only items of the stages up to and including this one; left out: all items. */
  readonly throughStage?: number | undefined;
  /** Only items of the stages after this one. */
  readonly afterStage?: number | undefined;
}

/** Which items are asked for. `search` matches anywhere in ids, name, path and key. */
export interface ItemMatch {
  readonly verdict?: Verdict | undefined;
  readonly heldReason?: HeldReason | undefined;
  readonly outcome?: ItemOutcome | undefined;
  readonly group?: { readonly by: ItemGrouping; readonly value: string | null } | undefined;
  readonly search: string;
}

/** What the console asks the item table. */
export interface ItemQuery extends ItemMatch {
  readonly offset: number;
  readonly limit: number;
}

/** A change of one item's states. Fields that are left out stay. */
export interface ItemUpdate {
  readonly seq: number;
  readonly rowState?: RowState;
  readonly objectState?: ObjectState;
  readonly objectSha256?: string;
  /** Why it came into that state; left out: nothing to say, and what was said before is gone. */
  readonly stateDetail?: string;
  /**
   * Size of the object as it was seen right before it was deleted, once its absence is proved. Left out where this run did not see it
   * go: what is counted as moved or freed was measured.
   */
  readonly removedBytes?: number;
}

/** Identifies a chunk: the step and the first item of it. */
export interface ChunkKey {
  readonly step: StepName;
  readonly firstSeq: number;
}

/** An intent: what is about to be done, written before it is done. */
export interface Intent extends ChunkKey {
  readonly at: string;
  readonly lastSeq: number;
  readonly itemCount: number;
}

/** An intent for which no outcome was written: what recovery has to settle. */
export interface OpenIntent extends Intent {
  readonly journalSeq: number;
}

/** The outcome of a chunk, with what it did to its items; written in one transaction. */
export interface Outcome extends ChunkKey {
  readonly at: string;
  readonly items: readonly ItemUpdate[];
  readonly note: string | null;
}

/** A stage of a run. The current one is the first that has not ended. */
export interface StoredStage extends StageExtent {
  /** Items after this position belong to later stages; `null` for the last stage. Exceptions: `StageCut.deferred`. */
  readonly lastSeq: number | null;
  readonly endedAt: string | null;
}

/** How a plan's items are divided into stages. */
export interface StageCut {
  readonly stages: readonly StoredStage[];
  /** Stage of each item that belongs to a later one than its position says: it waits for the last of those that share its fate. */
  readonly deferred: ReadonlyMap<number, number>;
}

/** What has become of the items so far. */
export type StateCounts = Pick<Checkpoint, 'rowsDone' | 'objectsDone' | 'drifted'>;

export interface StoredStep {
  readonly name: StepName;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Who did what, when, to what; the run's part of the audit trail. */
export interface AuditEvent {
  readonly at: string;
  readonly operator: Operator;
  /** `noun.happened`, e.g. `run.started`. */
  readonly event: string;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** A key that more than one thing points at: the plan's items with it, and what outside the plan points there. */
export interface ContestedKey {
  readonly key: string;
  readonly items: readonly StoredItem[];
  readonly references: readonly ObjectReference[];
}

/** Which rows an item is about. */
export type ItemRows = Pick<StoredItem, 'seq' | 'recordId' | 'fileId' | 'rowAction'>;

/** A plan being made: a file with a temporary name until `finish`. */
export interface PlanFile {
  readonly runId: string;
  appendItems(items: readonly StoredItem[]): void;
  /** Remembers, while the plan is being made, what was found under `keys`; one that `found` lacks has no object. */
  saveObjectFacts(keys: readonly string[], found: ReadonlyMap<string, ObjectFacts>): void;
  /** What `saveObjectFacts` was told of `keys`; a key that was never looked at is absent from the map. */
  objectFacts(keys: readonly string[]): ReadonlyMap<string, ObjectFacts | 'absent'>;
  /** Keeps of `references` those that point at an object of this plan from a row that is not one of its items. */
  appendForeignReferences(references: readonly ObjectReference[]): void;
  /** Keys with several items or a foreign reference, in order, a page of them in memory. Items of a key that was given may be replaced meanwhile. */
  contestedKeys(): Iterable<ContestedKey>;
  /** Overwrites the planned part of items, by `seq`. */
  replaceItems(items: readonly StoredItem[]): void;
  pageItems(page: ItemPage): readonly StoredItem[];
  counts(): PlanCounts;
  heldByReason(): readonly { readonly reason: HeldReason; readonly count: number }[];
  /** How many items of each batch go from which status to which, counting only items that change rows. */
  batchChanges(): readonly {
    readonly batchId: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly count: number;
  }[];
  batchIds(): readonly string[];
  /** Writes the plan, gives the file its name. Durable on return; the plan's part never changes again. @throws DISK_FULL */
  finish(plan: StoredPlan): void;
  /** Gives up: closes and removes the file. A second call does nothing. */
  discard(): void;
}

/**
 * One `.unwind` file: a finished plan and the story of its run.
 *
 * A SQLite file (WAL, `synchronous=FULL`): each writing method is durable on return. Any number of readers may be open beside
 * the one writer. Calls are short and synchronous; long loops page.
 */
export interface RunFile {
  readonly runId: string;
  readonly path: string;
  /**
   * Reads the whole file and compares its parts with each other. Asked before anything is done by what the file says of a run: the
   * plan's digest covers neither the journal nor what became of the items.
   * @throws RUN_FILE_INVALID naming what is damaged or contradicts itself. Changes nothing.
   */
  checkSound(): void;
  readPlan(): StoredPlan;
  readRun(): StoredRun;
  heldByReason(): readonly { readonly reason: HeldReason; readonly count: number }[];
  pageItems(page: ItemPage): readonly StoredItem[];
  /** The rows that items name, held ones too, by `seq`; a fraction of the cost of `pageItems`. */
  pageItemRows(page: { readonly afterSeq: number; readonly limit: number }): readonly ItemRows[];
  /** Items after a position that match, in order, at most `limit`: to read all that match, without counting them each time. */
  matchingItems(
    match: ItemMatch & { readonly afterSeq: number; readonly limit: number },
  ): readonly StoredItem[];
  queryItems(query: ItemQuery): { readonly items: readonly StoredItem[]; readonly total: number };
  /** Items that match by what `by` names: those groups first that have most files, then in byte order; and how many groups there are. */
  groupItems(query: ItemMatch & { readonly by: ItemGrouping; readonly limit: number }): {
    readonly groups: readonly ItemGroup[];
    readonly total: number;
  };
  /** Items by position, in order. */
  itemsBetween(firstSeq: number, lastSeq: number): readonly StoredItem[];
  /** Counts items of the stages up to and including `throughStage`; without it, all. */
  countItems(filter: ItemFilter, throughStage?: number): number;
  /** What the run has done by now; costs a scan of the states only. */
  stateCounts(): StateCounts;
  /** Positions of changing items that share an object or a file row, group by group; a position may be in two groups. */
  sharedFates(): readonly (readonly number[])[];
  /** In order; none for a run that was not staged. */
  stages(): readonly StoredStage[];
  /** Batches that have changing items in stages after this one. */
  batchesAfterStage(stage: number): ReadonlySet<string>;
  /** Oldest first. */
  checkpoints(): readonly Checkpoint[];
  runCounts(): RunCounts;
  steps(): readonly StoredStep[];
  openIntents(): readonly OpenIntent[];
  decisions(): readonly RecoveryDecision[];
  /** All of the audit trail, or the events with these names; oldest first. */
  auditEvents(named?: readonly string[]): readonly AuditEvent[];
  /**
   * Of `references`, those that point at an object which this run would delete: rows outside the plan, and rows of its own that
   * still point there although the plan changes them. Rows that pointed there when the plan was made and that it leaves as they are
   * (objects only) do not count; one that has come to point there since does.
   */
  findForeignReferences(
    references: readonly ObjectReference[],
  ): readonly { readonly item: StoredItem; readonly reference: ObjectReference }[];
  /** Values of batch rows as the run wrote them, by batch id. */
  appliedBatches(): ReadonlyMap<string, BatchValues>;

  /**
   * Turns `planned` into `running`, with its stages and the checkpoint before them, in one transaction.
   * @throws PLAN_ALREADY_EXECUTED when the run has begun before; then nothing was written.
   */
  beginRun(begin: {
    readonly startedAt: string;
    readonly startedBy: Operator;
    readonly runTime: string;
    readonly reason: string | null;
    /** Left out: not staged. */
    readonly cut?: StageCut;
    readonly checkpoint?: Checkpoint;
  }): void;
  /** Changes the named fields of the run. */
  updateRun(
    change: Partial<Omit<StoredRun, 'startedAt' | 'startedBy' | 'runTime' | 'reason'>>,
  ): void;
  /** Changes a step, and writes the checkpoint that it reached, in one transaction. A checkpoint of the same name stays as it was. */
  updateStep(step: StoredStep, checkpoint?: Checkpoint): void;
  /**
   * Ends a stage, in one transaction: the checkpoint is written, the run waits there, and the steps that the next stage needs again are
   * open again.
   */
  holdAtCheckpoint(checkpoint: Checkpoint): void;
  appendIntent(intent: Intent): void;
  appendOutcome(outcome: Outcome): void;
  appendDecision(decision: RecoveryDecision): void;
  appendAudit(event: AuditEvent): void;
  saveAppliedBatches(
    batches: readonly { readonly batchId: string; readonly values: BatchValues }[],
  ): void;
  /** Closes; the last writer leaves a single file without WAL beside it. A second call does nothing. */
  close(): void;
}

/** The run files of a workspace. */
export interface RunFiles {
  /** Starts a plan's file. @throws DISK_FULL @throws FILE_FAILED */
  create(header: PlanHeader): PlanFile;
  /** Opens a finished plan or run. `'read'` needs no right to write. @throws RUN_NOT_FOUND @throws RUN_FILE_INVALID */
  open(runId: string, access: 'read' | 'write'): RunFile;
  /** Makes a run file that lies elsewhere known by its id, so that `open` finds it, and returns the id. @throws RUN_NOT_FOUND @throws RUN_FILE_INVALID */
  register(path: string): string;
  /** Where the file of a run is, or would be. */
  pathOf(runId: string): string;
  /** Ids of all finished plans in the workspace, newest first. */
  list(): readonly string[];
}
