import { OperatorError, toWire } from '../../../shared/domain/operator-error.ts';
import type { PlanKind } from '../../../shared/domain/plan.ts';
import type { RunDetail, RunList, RunSummary, UnreadableRun } from '../../../shared/domain/run.ts';
import { mappingOfDrop } from '../../core/plan/mapping-of-drop.ts';
import type { RunFile } from '../../core/ports/run-file.ts';
import {
  type FollowUp,
  type Surroundings,
  toRunDetail,
  toRunSummary,
} from '../../core/run/describe-run.ts';
import type { ProcedureParts } from './procedure-context.ts';

/** Opens a run file for reading, closes it in any case. */
export async function reading<T>(
  parts: Pick<ProcedureParts, 'runFiles'>,
  runId: string,
  work: (runFile: RunFile) => T | Promise<T>,
): Promise<T> {
  const runFile = parts.runFiles.open(runId, 'read');
  try {
    return await work(runFile);
  } finally {
    runFile.close();
  }
}

/** Whether some process executes this run now: ours by its own list, another one by the lease that it holds. */
export async function isHeld(parts: ProcedureParts, runFile: RunFile): Promise<boolean> {
  if (runFile.readRun().state !== 'running') return false;
  if (parts.engine.activeRunIds().includes(runFile.runId)) return true;
  try {
    const plan = runFile.readPlan();
    const target = await parts.targets.open(plan.target.name, mappingOfDrop(plan));
    try {
      return (await target.leases.find())?.runId === runFile.runId;
    } finally {
      await target.close();
    }
  } catch (error) {
    // A target that is not there cannot be held: the run is shown as interrupted, which is what it will be found to be.
    if (error instanceof OperatorError) return false;
    throw error;
  }
}

interface Head {
  readonly runId: string;
  readonly kind: PlanKind;
  readonly subjectRunId: string | null;
  readonly state: FollowUp['state'];
  readonly toCheckpoint: string | undefined;
}

function headOf(parts: ProcedureParts, runId: string): Head | undefined {
  try {
    const runFile = parts.runFiles.open(runId, 'read');
    try {
      const plan = runFile.readPlan();
      return {
        runId,
        kind: plan.kind,
        subjectRunId: plan.subjectRunId,
        state: runFile.readRun().state,
        toCheckpoint: plan.toCheckpoint,
      };
    } finally {
      runFile.close();
    }
  } catch (error) {
    // A damaged file must not hide the others; opening it by its id says what is wrong with it.
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** Whether it is about one run file alone: what is in it, or whether it may be read. */
export function isUnreadable(error: unknown): error is OperatorError {
  return (
    error instanceof OperatorError &&
    (error.code === 'RUN_FILE_INVALID' || error.code === 'FILE_FAILED')
  );
}

/** Finds the runs that are about other runs, by the run that they are about. */
function followUpsBySubject(parts: ProcedureParts): ReadonlyMap<string, readonly FollowUp[]> {
  const heads = parts.runFiles.list().flatMap((runId) => headOf(parts, runId) ?? []);
  return Map.groupBy(
    heads.filter((head) => head.subjectRunId !== null),
    (head) => head.subjectRunId ?? '',
  );
}

async function surroundingsOf(
  parts: ProcedureParts,
  runFile: RunFile,
  followUps: ReadonlyMap<string, readonly FollowUp[]>,
): Promise<Surroundings> {
  return { isHeld: await isHeld(parts, runFile), followUps: followUps.get(runFile.runId) ?? [] };
}

/** One run with everything that its page shows. @throws RUN_NOT_FOUND @throws RUN_FILE_INVALID */
export function readRunDetail(parts: ProcedureParts, runId: string): Promise<RunDetail> {
  return reading(parts, runId, async (runFile) =>
    toRunDetail(runFile, await surroundingsOf(parts, runFile, followUpsBySubject(parts))),
  );
}

/** The newest `limit` runs, with the files among them that cannot be read, and how many files there are. */
export async function listRuns(parts: ProcedureParts, limit: number): Promise<RunList> {
  const followUps = followUpsBySubject(parts);
  const ids = parts.runFiles.list();
  const runs: RunSummary[] = [];
  const unreadable: UnreadableRun[] = [];
  for (const runId of ids) {
    if (runs.length >= limit) break;
    try {
      runs.push(
        await reading(parts, runId, async (runFile) =>
          toRunSummary(runFile, await surroundingsOf(parts, runFile, followUps)),
        ),
      );
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      unreadable.push({ runId, error: toWire(error) });
    }
    await parts.clock.nextTurn();
  }
  return { runs, unreadable, total: ids.length };
}

/** Every run of the target with this fingerprint that has begun. */
export async function runsOf(
  parts: ProcedureParts,
  fingerprint: string,
): Promise<readonly RunDetail[]> {
  const followUps = followUpsBySubject(parts);
  const runs: RunDetail[] = [];
  for (const runId of parts.runFiles.list()) {
    if (headOf(parts, runId) === undefined) continue;
    await reading(parts, runId, async (runFile) => {
      const isOurs = runFile.readPlan().target.fingerprint === fingerprint;
      if (!isOurs || runFile.readRun().state === 'planned') return;
      runs.push(toRunDetail(runFile, await surroundingsOf(parts, runFile, followUps)));
    });
    await parts.clock.nextTurn();
  }
  return runs;
}

/**
 * Refuses to go on with a run that an undo has begun to take back, however far it got: the same rows would go both ways.
 * @throws RUN_NOT_RESUMABLE naming the undo.
 */
export function checkNotTakenBack(parts: ProcedureParts, runId: string): void {
  const undo = (followUpsBySubject(parts).get(runId) ?? []).find(
    (one) => one.kind === 'undo' && one.state !== 'planned',
  );
  if (undo === undefined) return;
  const isOver = undo.state === 'succeeded' || undo.state === 'partial';
  throw new OperatorError('RUN_NOT_RESUMABLE', {
    message: isOver
      ? `Run ${runId} was taken back by run ${undo.runId}: it is closed.`
      : `Run ${undo.runId} takes run ${runId} back and has not ended: the run is closed.`,
    hint: isOver
      ? 'Make a new plan for what is still to be rolled back.'
      : `Finish the undo, unwind resume ${undo.runId}, then make a new plan for what is still to be rolled back.`,
    details: { runId, undo: undo.runId },
  });
}
