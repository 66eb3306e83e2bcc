import { assertNever, OperatorError, toWire } from '../../../shared/domain/operator-error.ts';
import type { StepName } from '../../../shared/domain/plan.ts';
import { nowIso } from '../ports/clock.ts';
import type { StoredRunState } from '../ports/run-file.ts';
import { verifyRun } from '../verify/verify-run.ts';
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
 * Order: 1. settle what an earlier process left open 2. each step that is not done; a step that fails makes the later ones
 * unreachable (invariant 13) 3. verification 4. the end state, durable. Never throws: how it ended is in the run file.
 */
export async function executeRun(context: RunContext): Promise<StoredRunState> {
  let state: StoredRunState;
  try {
    await recover(context);
    state = (await executeSteps(context)) === 'stopped' ? 'stopped' : endState(context);
  } catch (error) {
    recordFailure(context, error);
    state = 'failed';
  }
  context.crashAt('run.before-end');
  context.runFile.updateRun({ state, finishedAt: nowIso(context.clock) });
  appendAudit(context, `run.${state}`, { ...context.runFile.runCounts() });
  return state;
}

function recordFailure(context: RunContext, error: unknown): void {
  const wire = toWire(error);
  context.runFile.updateRun({ error: wire });
  const running = context.runFile.steps().find((step) => step.state === 'running');
  if (running !== undefined) {
    context.runFile.updateStep({ ...running, state: 'failed', finishedAt: nowIso(context.clock) });
  }
  context.progress.problem(wire.message);
  context.reference.log('ERROR', `${wire.code}: ${wire.message}`);
}

/** A run succeeded when everything planned was done; work left undone, drift included, makes it partial. */
function endState(context: RunContext): StoredRunState {
  const counts = context.runFile.runCounts();
  return counts.done === counts.planned ? 'succeeded' : 'partial';
}

async function executeSteps(context: RunContext): Promise<StepResult> {
  for (const step of context.runFile.steps()) {
    // Rows are verified again after every resume: they may have moved while nobody watched, and objects go next.
    const again = step.name === 'verify-rows' || step.name === 'verify';
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
    context.runFile.updateStep({
      name: step.name,
      state: 'done',
      startedAt,
      finishedAt: nowIso(context.clock),
    });
  }
  return 'done';
}

/** Items of a step that an earlier process finished, so that progress goes on where it was. */
function doneBefore(context: RunContext, step: StepName): number {
  switch (step) {
    case 'reset-rows':
    case 'restore-rows':
    case 'drop-columns':
      return context.runFile.countItems('rows-done');
    case 'quarantine-objects':
      return (
        context.runFile.countItems('objects-quarantined') +
        context.runFile.countItems('objects-done')
      );
    case 'delete-objects':
    case 'restore-objects':
    case 'purge-objects':
      return context.runFile.countItems('objects-done');
    case 'snapshot':
    case 'update-batches':
    case 'verify-rows':
    case 'verify':
      return 0;
  }
}

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
  throw new OperatorError('VERIFICATION_FAILED', {
    message: `The verification found differences: ${failed.map((check) => check.sentence).join('; ')}.`,
    hint: 'Look at the examples of each failed check. Nothing more is changed; `unwind undo` takes the run back where that is right.',
    details: { failed: failed.map(({ name, expected, actual }) => ({ name, expected, actual })) },
  });
}
