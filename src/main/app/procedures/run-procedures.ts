import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Progress, RecoveryExplanation } from '../../../shared/domain/run.ts';
import { mappingOfDrop } from '../../core/plan/mapping-of-drop.ts';
import { nowIso } from '../../core/ports/clock.ts';
import { runReport } from '../../core/report/run-report.ts';
import { checkTarget } from '../../core/run/check-plan.ts';
import { explainRecovery } from '../../core/run/explain-recovery.ts';
import type { RunControl } from '../../core/run/run-control.ts';
import { verifyRun } from '../../core/verify/verify-run.ts';
import { checkUndoStillFits } from './check-not-settled.ts';
import { createEventQueue } from './event-queue.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { checkNotTakenBack, listRuns, reading, readRunDetail } from './read-runs.ts';

/** The control of a run of this process. @throws RUN_NOT_RESUMABLE when this process does not execute it. */
function controlOf(parts: ProcedureContext, runId: string): RunControl {
  const active = parts.engine.find(runId);
  if (active !== undefined) return active.control;
  throw new OperatorError('RUN_NOT_RESUMABLE', {
    message: `Run ${runId} is not going on in this process.`,
    hint: 'Look at its state with `unwind runs show`; a run of another process is stopped there.',
    details: { runId },
  });
}

async function* watch(
  parts: ProcedureContext,
  runId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Progress, void, void> {
  const queue = createEventQueue<Progress>(parts.toContractError, () => true);
  const watching = parts.engine.watch(runId, (progress) => {
    queue.push(progress);
  });
  const end = (): void => {
    queue.end();
  };
  void watching.ended.then(end);
  signal?.addEventListener('abort', end);
  try {
    yield* queue.stream();
  } finally {
    signal?.removeEventListener('abort', end);
    watching.stop();
  }
}

async function verify(parts: ProcedureContext, runId: string) {
  const detail = await readRunDetail(parts, runId);
  if (detail.state === 'planned' || detail.state === 'running') {
    throw new OperatorError('RUN_NOT_RESUMABLE', {
      message: `Run ${runId} is ${detail.state}: there is nothing to verify yet.`,
      hint:
        detail.state === 'planned' ? 'Execute the plan first.' : 'Wait until the run has ended.',
      details: { runId, state: detail.state },
    });
  }
  const partlyBack = detail.takenBackTo;
  if (partlyBack !== null && detail.undoneBy === null) {
    const { checkpoint, runId: undo } = partlyBack;
    throw new OperatorError('PLAN_STALE', {
      message: `Run ${runId} was taken back to its checkpoint "${checkpoint}" by run ${undo}: what it wrote after that is rightly not there any more.`,
      hint: `Verify the undo instead: unwind verify ${undo}`,
      details: { runId, checkpoint, undo },
    });
  }
  if (detail.undoneBy !== null) {
    throw new OperatorError('PLAN_STALE', {
      message: `Run ${runId} was undone by run ${detail.undoneBy}: what it wrote is rightly not there any more.`,
      hint: `Verify the undo instead: unwind verify ${detail.undoneBy}`,
      details: { runId, undoneBy: detail.undoneBy },
    });
  }
  const target = await parts.targets.open(detail.plan.target.name, mappingOfDrop(detail.plan));
  const runFile = parts.runFiles.open(runId, 'write');
  try {
    checkTarget(runFile.readPlan(), target);
    const verification = await verifyRun({
      runFile,
      target,
      snapshots: parts.snapshots,
      clock: parts.clock,
      copies: detail.quarantine === 'purged' ? 'purged' : 'kept',
      onProgress: () => undefined,
    });
    runFile.updateRun({ verification });
    runFile.appendAudit({
      at: nowIso(parts.clock),
      operator: parts.operator,
      event: 'run.verified',
      data: { passed: verification.passed, checks: verification.checks.length },
    });
    return verification;
  } finally {
    runFile.close();
    await target.close();
  }
}

async function explain(parts: ProcedureContext, runId: string): Promise<RecoveryExplanation> {
  return reading(parts, runId, async (runFile) => {
    const plan = runFile.readPlan();
    const target = await parts.targets.open(plan.target.name, mappingOfDrop(plan));
    try {
      checkTarget(plan, target);
      return await explainRecovery({ runFile, target, clock: parts.clock });
    } finally {
      await target.close();
    }
  });
}

/** The procedures that execute, control and read runs. */
export function runProcedures(parts: ProcedureContext) {
  return {
    start: parts.os.run.start.handler(async ({ input }) => {
      await checkUndoStillFits(parts, input.runId);
      const { runId, digest, confirmation, snapshot } = input;
      await parts.engine.start({
        runId,
        digest,
        confirmation,
        snapshot,
        stages: input.stages,
        reason: input.reason ?? null,
        niceRatio: input.niceRatio,
      });
      return { runId };
    }),
    resume: parts.os.run.resume.handler(async ({ input }) => {
      await checkUndoStillFits(parts, input.runId);
      checkNotTakenBack(parts, input.runId);
      await parts.engine.resume(input.runId, input.niceRatio);
      return { runId: input.runId };
    }),
    explain: parts.os.run.explain.handler(({ input }) => explain(parts, input.runId)),
    watch: parts.os.run.watch.handler(async function* ({ input, signal }) {
      yield* watch(parts, input.runId, signal);
    }),
    pause: parts.os.run.pause.handler(({ input }) => {
      controlOf(parts, input.runId).pause();
      return {};
    }),
    continue: parts.os.run.continue.handler(({ input }) => {
      controlOf(parts, input.runId).continue();
      return {};
    }),
    throttle: parts.os.run.throttle.handler(({ input }) => {
      controlOf(parts, input.runId).throttle(input.niceRatio);
      return {};
    }),
    stop: parts.os.run.stop.handler(async ({ input }) => {
      controlOf(parts, input.runId).stop();
      await parts.engine.watch(input.runId, () => undefined).ended;
      return readRunDetail(parts, input.runId);
    }),
    list: parts.os.run.list.handler(({ input }) => listRuns(parts, input.limit)),
    get: parts.os.run.get.handler(({ input }) => readRunDetail(parts, input.runId)),
    openFile: parts.os.run.openFile.handler(({ input }) =>
      readRunDetail(parts, parts.runFiles.register(input.path)),
    ),
    verify: parts.os.run.verify.handler(({ input }) => verify(parts, input.runId)),
    report: parts.os.run.report.handler(async ({ input }) => {
      const detail = await readRunDetail(parts, input.runId);
      return reading(parts, input.runId, (runFile) => ({ markdown: runReport(runFile, detail) }));
    }),
  };
}
