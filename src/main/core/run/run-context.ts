import type { StepName } from '../../../shared/domain/plan.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { CrashAt } from '../ports/crash-points.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { Ids } from '../ports/ids.ts';
import type { Lease } from '../ports/lease.ts';
import type { MigrationWriter } from '../ports/migration-database.ts';
import type { ReferenceRunFiles } from '../ports/reference-files.ts';
import type {
  AuditEvent,
  ItemFilter,
  ItemUpdate,
  RunFile,
  StoredItem,
  StoredPlan,
  StoredStage,
} from '../ports/run-file.ts';
import type { SafeModes } from '../ports/safe-modes.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import type { OpenTarget } from '../ports/target.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { RunControl } from './run-control.ts';

/** Everything that the steps of one run share. Exists only while the run holds its target's lease (invariant 2). */
export interface RunContext {
  readonly runFile: RunFile;
  readonly plan: StoredPlan;
  readonly target: OpenTarget;
  readonly lease: Pick<Lease, 'check'>;
  readonly writer: MigrationWriter;
  readonly snapshots: SnapshotStore;
  readonly safeModes: SafeModes;
  readonly reference: ReferenceRunFiles;
  readonly operator: Operator;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly control: RunControl;
  readonly progress: ProgressMeter;
  readonly crashAt: CrashAt;
  /** The moment that this run writes into time columns; the same after every resume. */
  readonly runTime: string;
  /** Whether the run takes a snapshot (`--no-backup` leaves it out). */
  readonly snapshot: 'take' | 'none';
  /** The stage that is being done, and the bound of what the steps may touch; `undefined` for a run that is not staged. */
  readonly stage: StoredStage | undefined;
}

/** Appends to the run's audit trail, and to the reference-format one. Durable on return in the run file. */
export function appendAudit(
  context: Pick<RunContext, 'runFile' | 'reference' | 'operator' | 'clock'>,
  event: string,
  data: AuditEvent['data'],
): void {
  const at = nowIso(context.clock);
  context.runFile.appendAudit({ at, operator: context.operator, event, data });
  context.reference.audit({ timestamp: at, operation: event, details: data });
}

/** Says a problem aloud: to the progress view and to the log. What it means for the item is recorded with the item. */
export function reportProblem(
  context: Pick<RunContext, 'progress' | 'reference'>,
  text: string,
): void {
  context.progress.problem(text);
  context.reference.log('WARNING', text);
}

/** Chunks of a step may be processed only while the operator lets the run go on. */
export type StepResult = 'done' | 'stopped';

/**
 * Pages through the items that a step has still to do, a chunk at a time, until none is left or the operator stops the run.
 */
export async function forEachChunk(
  context: RunContext,
  chunks: {
    readonly filter: ItemFilter;
    readonly chunkSize: number;
  },
  work: (items: readonly StoredItem[]) => Promise<void>,
): Promise<StepResult> {
  let afterSeq = 0;
  for (;;) {
    if ((await context.control.mayGoOn()) === 'stop') return 'stopped';
    // invariant 2, also after a pause: a lease that is held by a connection can get lost.
    await context.lease.check();
    const items = context.runFile.pageItems({
      filter: chunks.filter,
      afterSeq,
      limit: chunks.chunkSize,
      throughStage: context.stage?.number,
    });
    const last = items.at(-1);
    if (last === undefined) return 'done';
    await work(items);
    afterSeq = last.seq;
    context.progress.advance(items.length);
    await context.clock.nextTurn();
  }
}

/** Records a decision about items that has no effect on the target. The journal still gets its intent: it has no outcome without one. */
export function recordWithoutEffect(
  context: Pick<RunContext, 'runFile' | 'clock'>,
  record: { readonly step: StepName; readonly items: readonly ItemUpdate[]; readonly note: string },
): void {
  const seqs = record.items.map((item) => item.seq);
  const chunk = { step: record.step, firstSeq: seqs[0] ?? 0, at: nowIso(context.clock) };
  context.runFile.appendIntent({ ...chunk, lastSeq: seqs.at(-1) ?? 0, itemCount: 0 });
  context.runFile.appendOutcome({ ...chunk, items: record.items, note: record.note });
}
