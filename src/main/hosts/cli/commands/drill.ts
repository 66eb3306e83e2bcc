import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { PlanSummary } from '../../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { createDrillLog, type DrillLog } from '../flow/drill-log.ts';
import { readState, type TargetState } from '../flow/drill-state.ts';
import { followPlan } from '../flow/make-plan.ts';
import { watchRun } from '../flow/watch-run.ts';
import { endProcessNow } from '../interrupts.ts';
import type { Documents } from '../json/documents.ts';
import { bytes, countOf } from '../render/format.ts';
import { openSession } from '../session.ts';
import { visibleLines } from '../visible.ts';

export interface DrillOptions extends GlobalOptions {
  readonly keep?: true;
  readonly undo: boolean;
  readonly seed?: number;
}

/**
 * `unwind drill`: the main job on a fresh sandbox in a workspace of its own, from a migrated batch to a verified rollback and
 * back. The workspace is removed, unless it is to be kept or something failed: then it is the evidence.
 */
export async function runDrill(
  context: CommandContext,
  { options }: { readonly options: DrillOptions },
): Promise<CommandResult<'drill'>> {
  const workspace = await mkdtemp(join(tmpdir(), 'unwind-drill-'));
  const log = createDrillLog(context);
  let ending: 'clean' | 'failed' = 'failed';
  try {
    const done = await inFreshSession(context, { workspace, log, options });
    const passed = log.phases.every((phase) => phase.passed);
    const kept = options.keep === true || !passed;
    ending = kept ? 'failed' : 'clean';
    return {
      exitCode: passed ? 0 : 9,
      text: `${visibleLines(done.report).trimEnd()}\n\n${closingLine(passed, kept ? workspace : null)}`,
      document: { workspace, kept, passed, phases: [...log.phases], ...done },
    };
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'CANCELLED') ending = 'clean';
    else context.note(`The workspace of the drill is kept: ${workspace}\n`);
    throw error;
  } finally {
    log.end();
    if (ending === 'clean' && options.keep !== true) {
      await rm(workspace, { recursive: true, force: true });
    }
  }
}

interface DrillWork {
  readonly workspace: string;
  readonly log: DrillLog;
  readonly options: DrillOptions;
}

type DrillOutcome = Pick<Documents['drill'], 'rollbackRunId' | 'undoRunId' | 'report'>;

async function inFreshSession(context: CommandContext, work: DrillWork): Promise<DrillOutcome> {
  // Nothing of this machine's configuration: a drill that could reach a real target would not be a drill.
  const env = Object.fromEntries(
    Object.entries(context.env).filter(
      ([name]) => !/^(POSTGRES_|CLOUDFLARE_|R2_|D1_|USE_D1_|UNWIND_)/.test(name),
    ),
  );
  const session = await openSession({
    env,
    cwd: work.workspace,
    globals: { home: work.workspace, color: context.globals.color },
    sandboxEntry: context.sandboxEntry,
    sandboxOwnerPid: process.pid,
  });
  const inside: CommandContext = { ...context, open: () => Promise.resolve(session) };
  const stopListening = context.interrupts.listen((count) => {
    work.log.cancel();
    if (count > 1) endProcessNow();
  });
  try {
    return await drill(inside, work);
  } finally {
    stopListening();
    try {
      await session.client.sandbox.stop({});
    } finally {
      await session.close();
    }
  }
}

async function drill(context: CommandContext, { log, options }: DrillWork): Promise<DrillOutcome> {
  const { client } = await context.open();
  await log.phase('create sandbox', async () => {
    const sandbox = await client.sandbox.create(
      options.seed === undefined ? {} : { seed: options.seed },
    );
    return `${countOf(sandbox.fileCount ?? 0, 'file')} migrated into ${sandbox.bucket ?? 'its bucket'}`;
  });
  const before = await readPhase(context, log, 'read status');

  const plan = await planPhase(log, 'plan the rollback', () =>
    followPlan(context, (signal) =>
      client.plan.create({ target: 'sandbox', scope: { full: true } }, { signal }),
    ),
  );
  await runPhase(context, log, { name: 'roll back', plan });
  await verifyPhase(context, log, { name: 'verify the rollback', runId: plan.runId });
  const report = await log.value('report', async () => {
    const { markdown } = await client.run.report({ runId: plan.runId });
    return { value: markdown, sentence: countOf(markdown.split('\n').length, 'line') };
  });
  const undoRunId = options.undo
    ? await undoPhases(context, log, { runId: plan.runId, before })
    : null;
  return { rollbackRunId: plan.runId, undoRunId, report };
}

async function undoPhases(
  context: CommandContext,
  log: DrillLog,
  rollback: { readonly runId: string; readonly before: TargetState },
): Promise<string> {
  const { client } = await context.open();
  const plan = await planPhase(log, 'plan the undo', () =>
    followPlan(context, (signal) => client.plan.createUndo({ runId: rollback.runId }, { signal })),
  );
  await runPhase(context, log, { name: 'undo', plan });
  await verifyPhase(context, log, { name: 'verify the undo', runId: plan.runId });
  const after = await readPhase(context, log, 'read status again');
  await log.check('compare with the beginning', () => {
    const moved = after.filter((line, index) => line !== rollback.before[index]);
    const same = moved.length === 0 && after.length === rollback.before.length;
    return Promise.resolve({
      passed: same,
      sentence: same
        ? `all ${String(after.length)} batches and files as before the rollback`
        : `${String(moved.length)} differ, e.g. ${moved[0] ?? 'a line is missing'}`,
    });
  });
  return plan.runId;
}

function readPhase(context: CommandContext, log: DrillLog, name: string): Promise<TargetState> {
  return log.value(name, async () => {
    const { client } = await context.open();
    const value = await readState(client);
    return { value, sentence: `${String(value.length)} batches and files` };
  });
}

function planPhase(
  log: DrillLog,
  name: string,
  make: () => Promise<PlanSummary>,
): Promise<PlanSummary> {
  return log.value(name, async () => {
    const plan = await make();
    const { rowsToChange, objectsToMove, held, bytesToFree } = plan.counts;
    const sentence = `${countOf(rowsToChange, 'row')} and ${countOf(objectsToMove, 'object')} (${bytes(bytesToFree)}) to change, ${countOf(held, 'file')} held`;
    return { value: plan, sentence };
  });
}

async function runPhase(
  context: CommandContext,
  log: DrillLog,
  run: { readonly name: string; readonly plan: PlanSummary },
): Promise<void> {
  const { client } = await context.open();
  const { plan } = run;
  await log.check(run.name, async () => {
    await client.run.start({
      runId: plan.runId,
      digest: plan.digest,
      confirmation: plan.confirmationPhrase,
      reason: 'drill',
    });
    const watched = await watchRun(context, plan.runId);
    return { passed: watched.run.state === 'succeeded', sentence: endInWords(watched.run) };
  });
}

async function verifyPhase(
  context: CommandContext,
  log: DrillLog,
  subject: { readonly name: string; readonly runId: string },
): Promise<void> {
  const { client } = await context.open();
  await log.check(subject.name, async () => {
    const { passed, checks } = await client.run.verify({ runId: subject.runId });
    const failed = checks.filter((check) => check.result === 'failed');
    const sentence = passed
      ? `${countOf(checks.length, 'check')} passed`
      : failed.map((check) => check.sentence).join('; ');
    return { passed, sentence };
  });
}

function endInWords(run: RunDetail): string {
  const { planned, done, held, drifted, failed } = run.counts;
  return `${run.state}: ${String(done)} of ${String(planned)} done, ${String(held)} held, ${String(drifted)} drifted, ${String(failed)} failed`;
}

function closingLine(passed: boolean, workspace: string | null): string {
  const verdict = passed ? '✓ The drill passed.' : '✕ THE DRILL FAILED.';
  return workspace === null ? `${verdict}\n` : `${verdict} Its workspace is kept: ${workspace}\n`;
}
