import type { PlanEvent } from '../../../shared/contract/plan.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { PlanKind } from '../../../shared/domain/plan.ts';
import type { Progress } from '../../../shared/domain/run.ts';
import { planDropColumns } from '../../core/plan/plan-drop-columns.ts';
import { planPurge } from '../../core/plan/plan-purge.ts';
import { planRollback } from '../../core/plan/plan-rollback.ts';
import { planUndo } from '../../core/plan/plan-undo.ts';
import type { PlanningContext } from '../../core/plan/planning.ts';
import { nowIso } from '../../core/ports/clock.ts';
import type { RunFile } from '../../core/ports/run-file.ts';
import { checkTarget } from '../../core/run/check-plan.ts';
import { toPlanSummary } from '../../core/run/describe-run.ts';
import { checkNotSettled } from './check-not-settled.ts';
import { createEventQueue } from './event-queue.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { reading, readRunDetail, runsOf } from './read-runs.ts';

type MakePlan = (context: PlanningContext) => Promise<string>;

/** Progress of work that only reads, in the form that runs report theirs. */
export function planningProgress(
  parts: Pick<ProcedureContext, 'clock'>,
  report: {
    readonly stage: string;
    readonly done: number;
    readonly total: number;
    readonly seq: number;
    readonly startedMs: number;
    /** The fraction reported last: a stage of unknown length does not take it back. */
    readonly fraction: number;
  },
): Progress {
  const elapsedMs = Math.round(parts.clock.monotonicMs() - report.startedMs);
  const rate = elapsedMs > 200 ? (report.done * 1_000) / elapsedMs : null;
  const left = report.total - report.done;
  return {
    // A plan has its id before it has a page; while it is made nobody can ask for it.
    runId: '00000000000000000000000000',
    seq: report.seq,
    at: nowIso(parts.clock),
    state: 'planning',
    stage: report.stage,
    step: null,
    stepIndex: 0,
    stepCount: 0,
    done: report.done,
    total: report.total,
    fraction: Math.max(
      report.fraction,
      report.total === 0 ? 0 : Math.min(1, report.done / report.total),
    ),
    ratePerSecond: rate,
    etaMs: rate === null || rate <= 0 || left < 0 ? null : Math.round((left / rate) * 1_000),
    elapsedMs,
    niceRatio: 0,
    problems: 0,
    lastProblem: null,
  };
}

/** Makes a plan in the background and streams how it goes; closing the stream cancels it. */
export async function* planning(
  parts: ProcedureContext,
  request: {
    readonly targetName: string | undefined;
    readonly signal: AbortSignal | undefined;
    readonly make: MakePlan;
  },
): AsyncGenerator<PlanEvent, void, void> {
  const queue = createEventQueue<PlanEvent>(
    parts.toContractError,
    (waiting, next) => waiting.kind === 'progress' && next.kind === 'progress',
  );
  const startedMs = parts.clock.monotonicMs();
  let isClosed = false;
  let seq = 0;
  let fraction = 0;
  const work = makePlan(parts, {
    ...request,
    isCancelled: () => isClosed || request.signal?.aborted === true,
    onProgress: (stage, done, total) => {
      const report = { stage, done, total, seq, startedMs, fraction };
      const progress = planningProgress(parts, report);
      queue.push({ kind: 'progress', progress });
      fraction = progress.fraction;
      seq += 1;
    },
  }).then(
    (event) => {
      queue.push(event);
      queue.end();
    },
    (error: unknown) => {
      queue.fail(error);
    },
  );
  try {
    yield* queue.stream();
  } finally {
    isClosed = true;
    // The plan's file is gone, or finished, before the caller goes on.
    await work;
  }
}

async function makePlan(
  parts: ProcedureContext,
  request: {
    readonly targetName: string | undefined;
    readonly make: MakePlan;
    readonly isCancelled: () => boolean;
    readonly onProgress: PlanningContext['onProgress'];
  },
): Promise<PlanEvent> {
  const target = await parts.targets.open(request.targetName);
  try {
    const runId = await request.make({
      target,
      runFiles: parts.runFiles,
      clock: parts.clock,
      ids: parts.ids,
      hashes: parts.hashes,
      operator: parts.operator,
      onProgress: request.onProgress,
      isCancelled: request.isCancelled,
    });
    return await reading(parts, runId, (runFile) => ({
      kind: 'created' as const,
      plan: toPlanSummary(runFile),
    }));
  } finally {
    await target.close();
  }
}

const NOUNS: Readonly<Record<Exclude<PlanKind, 'rollback' | 'restore'>, string>> = {
  undo: 'an undo',
  purge: 'a purge',
  'drop-columns': 'a drop of columns',
};

/** Runs that may be taken back or have their quarantine purged: rollbacks and restores that are over. @throws RUN_NOT_UNDOABLE */
async function checkSubject(parts: ProcedureContext, runId: string): Promise<string> {
  const detail = await readRunDetail(parts, runId);
  const { state, quarantine, plan } = detail;
  const refuse = (message: string, hint: string): OperatorError =>
    new OperatorError('RUN_NOT_UNDOABLE', { message, hint, details: { runId, state, quarantine } });
  if (plan.kind !== 'rollback' && plan.kind !== 'restore') {
    throw refuse(
      `Run ${runId} is ${NOUNS[plan.kind]}, not a rollback.`,
      'Name the rollback that it was about, or make a new rollback plan.',
    );
  }
  if (state === 'planned')
    throw refuse(
      `Run ${runId} has not begun: nothing was changed.`,
      'There is nothing to take back.',
    );
  if (state === 'running')
    throw refuse(`Run ${runId} is going on.`, 'Stop it first, or wait until it has ended.');
  if (state === 'interrupted') {
    throw refuse(
      `Run ${runId} was interrupted; what it did last is not settled.`,
      `Settle it first: unwind resume ${runId}`,
    );
  }
  return plan.target.name;
}

/** A run that goes on verifies its quarantine copies again at its end. @throws RUN_NOT_UNDOABLE */
async function checkNotAtCheckpoint(parts: ProcedureContext, runId: string): Promise<void> {
  const { state, undoneBy } = await readRunDetail(parts, runId);
  if (state !== 'at-checkpoint' || undoneBy !== null) return;
  throw new OperatorError('RUN_NOT_UNDOABLE', {
    message: `Run ${runId} waits at a checkpoint: what it took away so far must be there until it is decided whether it goes on.`,
    hint: `Go on with it, unwind resume ${runId}, or take it back: unwind undo ${runId}`,
    details: { runId, state },
  });
}

/** Checks the subject first, so that a refusal is the call's own error and not one of the stream. */
async function planAboutRun(
  parts: ProcedureContext,
  request: {
    readonly runId: string;
    readonly signal: AbortSignal | undefined;
    readonly make: (context: PlanningContext, subject: RunFile) => Promise<string>;
  },
): Promise<AsyncGenerator<PlanEvent, void, void>> {
  const targetName = await checkSubject(parts, request.runId);
  return planning(parts, {
    targetName,
    signal: request.signal,
    make: (context) =>
      reading(parts, request.runId, async (subject) => {
        checkTarget(subject.readPlan(), context.target);
        return request.make(context, subject);
      }),
  });
}

/** The procedures that make plans. */
export function planMakingProcedures(parts: ProcedureContext) {
  return {
    create: parts.os.plan.create.handler(({ input, signal }) =>
      planning(parts, {
        targetName: input.target,
        signal,
        make: (context) =>
          planRollback(context, { scope: input.scope, acceptances: input.acceptances }),
      }),
    ),
    createUndo: parts.os.plan.createUndo.handler(async ({ input, signal }) => {
      await checkNotSettled(parts, input.runId);
      return planAboutRun(parts, {
        runId: input.runId,
        signal,
        make: (context, subject) => planUndo(context, subject, input.toCheckpoint),
      });
    }),
    createPurge: parts.os.plan.createPurge.handler(async ({ input, signal }) => {
      await checkNotAtCheckpoint(parts, input.runId);
      return planAboutRun(parts, {
        runId: input.runId,
        signal,
        make: (context, subject) => planPurge(context, subject, input.acceptances),
      });
    }),
    createDropColumns: parts.os.plan.createDropColumns.handler(({ input, signal }) =>
      planning(parts, {
        targetName: input.target,
        signal,
        make: async (context) =>
          planDropColumns(context, {
            acceptances: input.acceptances,
            runs: await runsOf(parts, context.target.identity.fingerprint),
          }),
      }),
    ),
  };
}
