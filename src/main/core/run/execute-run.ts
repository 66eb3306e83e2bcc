import { assertNever, OperatorError, toWire } from '../../../shared/domain/operator-error.ts';
import type { StepName } from '../../../shared/domain/plan.ts';
import type { VerificationCheck } from '../../../shared/domain/run.ts';
import { nowIso } from '../ports/clock.ts';
import type { ItemFilter, StoredRunState } from '../ports/run-file.ts';
import { enterSafeMode } from '../safe-mode/enter-safe-mode.ts';
import { freezeWhereOutcomeStaysUnknown } from '../safe-mode/read-back.ts';
import { verifyRun } from '../verify/verify-run.ts';
import { checkpointAfterStage, checkpointAfterStep } from './checkpoints.ts';
import { judgeEarlierStages } from './judge-earlier-stages.ts';
import { recover } from './recover.ts';
import { appendAudit, type RunContext, type StepResult } from './run-context.ts';
import { changeRows } from './steps/change-rows.ts';
import { deleteObjects } from './steps/delete-objects.ts';
import { dropColumns } from './steps/drop-columns.ts';
import { purgeObjects } from './steps/purge-objects.ts';
import { quarantineObjects } from './steps/quarantine-objects.ts';
import { restoreObjects } from './steps/restore-objects.ts';
import { takeSnapshot } from './steps/take-snapshot.ts';
import { updateBatches } from './steps/update-batches.ts';
import { verifyRows } from './steps/verify-rows.ts';

/**
 * Executes a plan's steps in order, from wherever its run file says that it got to.
 *
 * Order: 1. settle what an earlier process left open, and judge again what earlier stages did 2. each step that is not done; a step that
 * fails makes the later ones unreachable (invariant 13) 3. verification 4. the checkpoint at which its stage ends, or the end state,
 * durable. Never throws: how it ended is in the run file.
 */
export async function executeRun(context: RunContext): Promise<StoredRunState> {
  let state: StoredRunState;
  try {
    await recover(context);
    await judgeEarlierStages(context);
    state = (await executeSteps(context)) === 'stopped' ? 'stopped' : endState(context);
  } catch (error) {
    await freezeWhereOutcomeStaysUnknown(context, error);
    recordFailure(context, error);
    state = 'failed';
  }
  context.crashAt('run.before-end');
  endRun(context, state);
  appendAudit(context, `run.${state}`, { ...context.runFile.runCounts() });
  return state;
}

/** Durable on return: from here on the run is over, or waits at its checkpoint. */
function endRun(context: RunContext, state: StoredRunState): void {
  const checkpoint = state === 'at-checkpoint' ? checkpointAfterStage(context) : undefined;
  if (checkpoint === undefined) {
    context.runFile.updateRun({ state, finishedAt: nowIso(context.clock) });
    return;
  }
  context.runFile.holdAtCheckpoint(checkpoint);
}

function recordFailure(context: RunContext, error: unknown): void {
  const wire = toWire(error);
  context.runFile.updateRun({ error: wire });
  const running = context.runFile.steps().find((step) => step.state === 'running');
  if (running !== undefined) {
    context.runFile.updateStep({ ...running, state: 'failed', finishedAt: nowIso(context.clock) });
  }
  context.progress.problem(wire.message);
  try {
    context.reference.log('ERROR', `${wire.code}: ${wire.message}`);
  } catch {
    // The log may be what failed. The run file holds the error, and its end state is still to be written.
  }
}

/** A run succeeded when everything planned was done; work left undone, drift included, makes it partial. After a stage it waits. */
function endState(context: RunContext): StoredRunState {
  if (context.stage !== undefined && context.stage.checkpoint !== null) return 'at-checkpoint';
  const counts = context.runFile.runCounts();
  return counts.done === counts.planned ? 'succeeded' : 'partial';
}

const VERIFIED_AGAIN: ReadonlySet<StepName> = new Set(['snapshot', 'verify-rows', 'verify']);

async function executeSteps(context: RunContext): Promise<StepResult> {
  for (const step of context.runFile.steps()) {
    // Rows and snapshot are verified again after every resume: they may have changed while nobody watched, and objects go next.
    const again = VERIFIED_AGAIN.has(step.name);
    if (step.state === 'done' && !again) continue;
    if ((await context.control.mayGoOn()) === 'stop') return 'stopped';
    const startedAt = step.startedAt ?? nowIso(context.clock);
    context.runFile.updateStep({ name: step.name, state: 'running', startedAt, finishedAt: null });
    context.progress.enter(step.name, doneBefore(context, step.name));
    context.reference.log('INFO', `Step ${step.name} started`);
    const result = await executeStep(context, step.name);
    if (result === 'stopped') {
      context.runFile.updateStep({
        name: step.name,
        state: 'waiting',
        startedAt,
        finishedAt: null,
      });
      return 'stopped';
    }
    const finishedAt = nowIso(context.clock);
    context.runFile.updateStep(
      { name: step.name, state: 'done', startedAt, finishedAt },
      checkpointAfterStep(context, step.name),
    );
  }
  return 'done';
}

/** Items of a step that an earlier process finished, so that progress goes on where it was. Of a staged run: items of this stage. */
function doneBefore(context: RunContext, step: StepName): number {
  const { stage, runFile } = context;
  const filters = DONE_ITEMS[step];
  const count = (throughStage?: number): number =>
    filters.reduce((sum, filter) => sum + runFile.countItems(filter, throughStage), 0);
  return stage === undefined ? count() : count(stage.number) - count(stage.number - 1);
}

const DONE_ITEMS: Readonly<Record<StepName, readonly ItemFilter[]>> = {
  'reset-rows': ['rows-done'],
  'restore-rows': ['rows-done'],
  'drop-columns': ['rows-done'],
  'quarantine-objects': ['objects-quarantined', 'objects-done'],
  'delete-objects': ['objects-done'],
  'restore-objects': ['objects-done'],
  'purge-objects': ['objects-done'],
  snapshot: [],
  'update-batches': [],
  'verify-rows': [],
  verify: [],
};

function executeStep(context: RunContext, step: StepName): Promise<StepResult> {
  switch (step) {
    case 'snapshot':
      return takeSnapshot(context);
    case 'reset-rows':
    case 'restore-rows':
      return changeRows(context, step);
    case 'update-batches':
      return updateBatches(context);
    case 'verify-rows':
      return verifyRows(context);
    case 'quarantine-objects':
      return quarantineObjects(context);
    case 'delete-objects':
      return deleteObjects(context);
    case 'restore-objects':
      return restoreObjects(context);
    case 'purge-objects':
      return purgeObjects(context);
    case 'drop-columns':
      return dropColumns(context);
    case 'verify':
      return verifyStep(context);
    default:
      return assertNever(step);
  }
}

/** Checks about what was left alone: a difference there is somebody else's work. */
const ABOUT_OTHERS: ReadonlySet<string> = new Set(['held', 'untouched']);

function freezeWhereOwnWorkDiffers(
  context: RunContext,
  failed: readonly VerificationCheck[],
): void {
  const own = failed.filter(({ name }) => !ABOUT_OTHERS.has(name));
  if (own.length === 0) return;
  enterSafeMode(context, {
    code: 'VERIFICATION_FAILED',
    sentence: `The verification of run ${context.runFile.runId} found that what it did is not there: ${own.map((check) => check.sentence).join('; ')}.`,
    facts: {
      failed: own.map(({ name, expected, actual, examples }) => ({
        name,
        expected,
        actual,
        examples: examples.slice(0, 3),
      })),
    },
  });
}

/** @throws VERIFICATION_FAILED with the checks that failed; the verification itself is in the run file then. */
async function verifyStep(context: RunContext): Promise<StepResult> {
  context.crashAt('run.before-verification');
  const verification = await verifyRun({
    runFile: context.runFile,
    target: context.target,
    snapshots: context.snapshots,
    clock: context.clock,
    copies: 'kept',
    onProgress: (items) => {
      context.progress.advance(items);
    },
  });
  context.runFile.updateRun({ verification });
  appendAudit(context, 'run.verified', {
    passed: verification.passed,
    checks: verification.checks.length,
  });
  if (verification.passed) return 'done';
  const failed = verification.checks.filter((check) => check.result === 'failed');
  freezeWhereOwnWorkDiffers(context, failed);
  throw new OperatorError('VERIFICATION_FAILED', {
    message: `The verification found differences: ${failed.map((check) => check.sentence).join('; ')}.`,
    hint: 'Look at the examples of each failed check. Nothing more is changed; `unwind undo` takes the run back where that is right.',
    details: { failed: failed.map(({ name, expected, actual }) => ({ name, expected, actual })) },
  });
}
