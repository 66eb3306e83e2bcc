import { toWire } from '../../../shared/domain/operator-error.ts';
import type { Progress } from '../../../shared/domain/run.ts';
import type { StageRequest } from '../../../shared/domain/stage.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import { bringUpToDate } from '../debts/bring-up-to-date.ts';
import { checkLimits } from '../plan/blast-radius.ts';
import { runTimeOf } from '../plan/run-values.ts';
import type { BegunRuns } from '../ports/begun-runs.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { CrashAt } from '../ports/crash-points.ts';
import type { DebtLedger } from '../ports/debts.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { Ids } from '../ports/ids.ts';
import type { MigrationWriter } from '../ports/migration-database.ts';
import type { ReferenceFiles, ReferenceRunFiles } from '../ports/reference-files.ts';
import type { RunFiles, StoredPlan } from '../ports/run-file.ts';
import type { SafeModes } from '../ports/safe-modes.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import type { Targets } from '../ports/target.ts';
import { admitRun } from '../safe-mode/admit-run.ts';
import { begunRunOf } from '../safe-mode/begun-run-of.ts';
import { settleRun } from '../safe-mode/settle-run.ts';
import { checkColumnsFresh } from './check-columns.ts';
import { checkReason, checkWritable } from './check-guard.ts';
import { checkNotUndone } from './check-not-undone.ts';
import {
  type Consent,
  checkAddress,
  checkConsent,
  checkDigest,
  checkFresh,
  checkTarget,
} from './check-plan.ts';
import { checkResumable, skippedSnapshot } from './check-resumable.ts';
import { checkSubject } from './check-subject.ts';
import { checkUnwritten } from './check-unwritten.ts';
import { beforeFirstChange, currentStage } from './checkpoints.ts';
import { cutStages } from './cut-stages.ts';
import { executeRun } from './execute-run.ts';
import {
  closeAfterFailure,
  closeAll,
  closeOpened,
  closingOnFailure,
  type Opened,
  openForRun,
  withWriter,
} from './opened-run.ts';
import { createProgressMeter, type ProgressMeter } from './progress-meter.ts';
import { appendAudit, type RunContext, reportProblem } from './run-context.ts';
import { createRunControl, type RunControl } from './run-control.ts';
import { stepsOfStage } from './stage-steps.ts';

/** What the engine is built from. */
export interface EngineParts {
  readonly targets: Targets;
  readonly runFiles: RunFiles;
  readonly snapshots: SnapshotStore;
  readonly ledger: DebtLedger;
  readonly safeModes: SafeModes;
  readonly begunRuns: BegunRuns;
  readonly referenceFiles: ReferenceFiles;
  readonly operator: Operator;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly crashAt: CrashAt;
}

/** A run that this process executes now. */
interface ActiveRun {
  readonly control: RunControl;
  readonly progress: ProgressMeter;
  readonly listeners: Set<(progress: Progress) => void>;
  /** Settles when the run has ended and everything of it is closed; never rejects. */
  ended: Promise<void>;
}

/** A plan, the operator's consent to it, in which stages it is to be done, and why. */
export interface StartRequest extends Consent {
  readonly runId: string;
  readonly reason: string | null;
  /** The stages but the last, which takes the rest; none: all at once. */
  readonly stages?: readonly StageRequest[];
  /** How it is throttled from its first step on; left out: not at all. */
  readonly niceRatio?: number;
}

/** Starts, resumes and controls runs; at most one per target, which the lease enforces. */
export interface RunEngine {
  /** Starts a run and returns once its checks have passed and its lease is held. @throws as `run.start` of the contract says; nothing was changed then. */
  start(request: StartRequest): Promise<void>;
  /** Goes on with an unfinished run. @throws RUN_NOT_RESUMABLE @throws TARGET_LOCKED @throws PLAN_EDITED @throws PLAN_TARGET_MISMATCH */
  resume(runId: string, niceRatio?: number): Promise<void>;
  /** The control of a run that this process executes; `undefined` for any other. */
  find(runId: string): Pick<ActiveRun, 'control'> | undefined;
  /** Calls `listener` with the present progress and each change until the run ends or `stop` is called. */
  watch(runId: string, listener: (progress: Progress) => void): Watch;
  activeRunIds(): readonly string[];
  /** Stops every run at its next safe boundary and waits for them. */
  stopAll(): Promise<void>;
}

/** Somebody looking at a run. */
export interface Watch {
  /** Settles when the run has ended, at once when nothing runs. */
  readonly ended: Promise<void>;
  /** Calls the listener no more. */
  stop(): void;
}

/** Makes the engine of one process. */
export function createRunEngine(parts: EngineParts): RunEngine {
  const active = new Map<string, ActiveRun>();

  async function start(request: StartRequest): Promise<void> {
    const opened = await openForRun(parts, request.runId, (runFile, target) => {
      const plan = checkConsent(runFile, request, parts.hashes);
      checkTarget(plan, target);
      checkAddress(plan, target);
      checkWritable(target);
      checkReason(target, request.reason);
    });
    const { runFile, target } = opened;
    await closingOnFailure(opened, async () => {
      await admitRun(parts, opened);
      checkSubject(runFile.readPlan(), parts.runFiles);
      const cut = cutStages(runFile, request.stages ?? []);
      // Under the lease, so that no other Unwind can move what is found fresh here.
      await checkLimits(runFile.readPlan(), target);
      await (runFile.readPlan().kind === 'drop-columns'
        ? checkColumnsFresh(runFile.readPlan(), target, parts.runFiles)
        : checkFresh(runFile, target, parts.clock));
      await withWriter(target, async (writer) => {
        const startedMs = parts.clock.nowMs();
        const startedAt = new Date(startedMs).toISOString();
        runFile.beginRun({
          startedAt,
          startedBy: parts.operator,
          runTime: runTimeOf({
            record: await writer.formatTime(startedMs, 'record'),
            file: await writer.formatTime(startedMs, 'file'),
            batch: await writer.formatTime(startedMs, 'batch'),
          }),
          reason: request.reason,
          cut,
          checkpoint: beforeFirstChange(startedAt),
        });
        await launch({
          opened,
          writer,
          snapshot: request.snapshot,
          event: 'run.started',
          niceRatio: request.niceRatio ?? 0,
        });
      });
    });
  }

  async function resume(runId: string, niceRatio = 0): Promise<void> {
    const opened = await openForRun(parts, runId, (runFile, target) => {
      const plan = runFile.readPlan();
      checkDigest(runFile, plan, parts.hashes);
      checkTarget(plan, target);
      checkAddress(plan, target);
      checkWritable(target);
      checkResumable(runFile);
    });
    await closingOnFailure(opened, async () => {
      // Again, under the lease: another process may have finished or undone the run since.
      checkResumable(opened.runFile);
      checkNotUndone(runId, parts.begunRuns);
      await checkUnwritten(opened.runFile, opened.target, parts.clock);
      await admitRun(parts, opened);
      await withWriter(opened.target, async (writer) => {
        opened.runFile.updateRun({ state: 'running', finishedAt: null, error: null });
        const snapshot =
          opened.runFile.readRun().snapshotId === null && skippedSnapshot(opened.runFile)
            ? 'none'
            : 'take';
        await launch({ opened, writer, snapshot, event: 'run.resumed', niceRatio });
      });
    });
  }

  async function launch(run: {
    readonly opened: Opened;
    readonly writer: MigrationWriter;
    readonly snapshot: 'take' | 'none';
    readonly event: string;
    readonly niceRatio: number;
  }): Promise<void> {
    const { opened, writer } = run;
    const { runFile, target } = opened;
    const plan = runFile.readPlan();
    const stored = runFile.readRun();
    const reference = await parts.referenceFiles.open({
      runId: runFile.runId,
      startedAtMs: Date.parse(stored.startedAt ?? nowIso(parts.clock)),
      operator: `${parts.operator.user}@${parts.operator.host}`,
    });
    const listeners = new Set<(progress: Progress) => void>();
    const stages = runFile.stages();
    const { steps, others } = stepsOfStage(plan, stages);
    const progress = createProgressMeter({
      runId: runFile.runId,
      steps,
      otherStages: others,
      clock: parts.clock,
      onChange: (latest) => {
        for (const listener of listeners) listener(latest);
      },
    });
    const control = createRunControl({
      clock: parts.clock,
      onState: (state) => {
        progress.state(
          ({ going: 'running', paused: 'paused', stopping: 'stopping' } as const)[state],
        );
      },
      onThrottle: (niceRatio) => {
        progress.throttled(niceRatio);
      },
    });
    control.throttle(run.niceRatio);
    const context: RunContext = {
      runFile,
      plan,
      target,
      lease: opened.lease,
      writer,
      snapshots: parts.snapshots,
      safeModes: parts.safeModes,
      reference,
      operator: parts.operator,
      clock: parts.clock,
      ids: parts.ids,
      hashes: parts.hashes,
      control,
      progress,
      crashAt: parts.crashAt,
      runTime: stored.runTime ?? '',
      snapshot: run.snapshot,
      stage: currentStage(stages),
    };
    try {
      parts.begunRuns.begin(begunRunOf(runFile, stored.startedAt ?? nowIso(parts.clock)));
      appendAudit(context, run.event, startFacts(plan, stored.reason));
    } catch (error) {
      await closeAfterFailure([() => reference.close()]);
      throw error;
    }
    const entry: ActiveRun = { control, progress, listeners, ended: Promise.resolve() };
    active.set(runFile.runId, entry);
    entry.ended = finishRun(context, { opened, reference, parts })
      .catch((error: unknown) => {
        // Not even the end could be written down (disk full): the file still says `running`, which is found as interrupted.
        progress.problem(toWire(error).message);
      })
      .finally(() => {
        active.delete(runFile.runId);
        progress.state('ended');
        listeners.clear();
      });
  }

  return {
    start,
    resume,
    find: (runId) => active.get(runId),
    watch: (runId, listener) => {
      const run = active.get(runId);
      run?.listeners.add(listener);
      if (run !== undefined) listener(run.progress.latest);
      return {
        ended: run?.ended ?? Promise.resolve(),
        stop: () => {
          run?.listeners.delete(listener);
        },
      };
    },
    activeRunIds: () => [...active.keys()],
    stopAll: async () => {
      const runs = [...active.values()];
      for (const run of runs) run.control.stop();
      await Promise.all(runs.map((run) => run.ended));
    },
  };
}

function startFacts(
  plan: StoredPlan,
  reason: string | null,
): Readonly<Record<string, string | number | null>> {
  return {
    kind: plan.kind,
    target: plan.target.name,
    scope: plan.scopeInWords,
    digest: plan.digest,
    rows: plan.counts.rowsToChange,
    objects: plan.counts.objectsToMove,
    held: plan.counts.held,
    ...(plan.acceptances.length === 0
      ? {}
      : {
          accepted: plan.acceptances.map(({ code, reason: why }) => `${code}: ${why}`).join('; '),
        }),
    reason,
  };
}

/** Executes to the end and closes everything, the lease last: whoever comes next finds a settled file. */
async function finishRun(
  context: RunContext,
  owned: {
    readonly opened: Opened;
    readonly reference: ReferenceRunFiles;
    readonly parts: EngineParts;
  },
): Promise<void> {
  try {
    const state = await executeRun(context);
    owned.reference.log('INFO', `Run ${context.runFile.runId} ended: ${state}`);
    await tellWorkspace(context, () => {
      settleRun(context, owned.parts);
    });
    context.crashAt('debts.before-write');
    await tellWorkspace(context, () => bringUpToDate(owned.parts));
  } finally {
    await closeAll([
      () => owned.reference.close(),
      () => context.writer.close(),
      () => closeOpened(owned.opened),
    ]);
  }
}

/** Tells the workspace about a run that is over. The run is whole without it: what is missing there is found when it is read next. */
async function tellWorkspace(context: RunContext, tell: () => void | Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    reportProblem(
      context,
      `The run is over; what the workspace does not know of it yet is entered by the next \`unwind debts list\` or \`unwind safe-mode\`: ${toWire(error).message}`,
    );
  }
}
