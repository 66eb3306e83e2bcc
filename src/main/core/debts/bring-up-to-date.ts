import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { DebtLedger, LedgerRun } from '../ports/debts.ts';
import type { RunFile, RunFiles, StoredPlan } from '../ports/run-file.ts';
import { effectOf } from './effects-of-run.ts';

const CHUNK = 5_000;

const ENDED: ReadonlySet<string> = new Set([
  'succeeded',
  'partial',
  'stopped',
  'at-checkpoint',
  'failed',
]);

/** What bringing the ledger up to date needs. */
export interface LedgerParts {
  readonly ledger: DebtLedger;
  readonly runFiles: RunFiles;
  readonly clock: Clock;
}

/** A run that the ledger lacks, or that has ended again since it was entered. */
interface Missing {
  readonly run: LedgerRun;
  readonly scopeMode: StoredPlan['scope']['mode'];
}

/**
 * Enters into the ledger what the run files say and it does not know, in the order in which the runs ended: only so is the last word on
 * a file the last. A run whose process died before it was entered is found here.
 */
export async function bringUpToDate(parts: LedgerParts): Promise<void> {
  const entered = parts.ledger.enteredEnds();
  const missing: Missing[] = [];
  for (const runId of parts.runFiles.list()) {
    const found = readRun(parts.runFiles, runId);
    if (found !== undefined && entered.get(runId) !== found.run.end) missing.push(found);
    await parts.clock.nextTurn();
  }
  const inOrder = missing.toSorted((left, right) =>
    left.run.at === right.run.at
      ? compare(left.run.runId, right.run.runId)
      : compare(left.run.at, right.run.at),
  );
  for (const { run, scopeMode } of inOrder) {
    const opens = run.kind === 'rollback' && run.subjectRunId === null && scopeMode !== 'both';
    if (opens || parts.ledger.hasItems(run.targetFingerprint)) await enterRun(parts, run);
    else parts.ledger.finishRun(run);
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function readRun(runFiles: RunFiles, runId: string): Missing | undefined {
  try {
    return withFile(runFiles, runId, (file) => {
      const plan = file.readPlan();
      const run = ledgerRunOf(file, plan);
      return run === undefined ? undefined : { run, scopeMode: plan.scope.mode };
    });
  } catch (error) {
    // A damaged file must not hide the others; opening it by its id says what is wrong with it.
    if (error instanceof OperatorError && error.code === 'RUN_FILE_INVALID') return undefined;
    throw error;
  }
}

/** The run as the ledger takes it; `undefined` while it has said nothing about debts. */
function ledgerRunOf(file: RunFile, plan: StoredPlan): LedgerRun | undefined {
  const { state, finishedAt } = file.readRun();
  const closes = plan.kind === 'rollback' && plan.subjectRunId !== null;
  const isEvidence = state === 'planned' && closes;
  if (plan.kind === 'purge' || plan.kind === 'drop-columns' || (!ENDED.has(state) && !isEvidence))
    return undefined;
  const at = finishedAt ?? plan.createdAt;
  return {
    runId: file.runId,
    kind: plan.kind,
    subjectRunId: plan.subjectRunId,
    targetName: plan.target.name,
    targetFingerprint: plan.target.fingerprint,
    scopeInWords: plan.scopeInWords,
    at,
    end: `${state} ${at}`,
  };
}

function withFile<T>(runFiles: RunFiles, runId: string, work: (file: RunFile) => T): T {
  const file = runFiles.open(runId, 'read');
  try {
    return work(file);
  } finally {
    file.close();
  }
}

async function enterRun({ ledger, runFiles, clock }: LedgerParts, run: LedgerRun): Promise<void> {
  const file = runFiles.open(run.runId, 'read');
  try {
    const plan = file.readPlan();
    let afterSeq = 0;
    for (;;) {
      const items = file.pageItems({ filter: 'all', afterSeq, limit: CHUNK });
      const last = items.at(-1);
      if (last === undefined) break;
      ledger.enter(
        run,
        items.flatMap((item) => effectOf(plan, item) ?? []),
      );
      afterSeq = last.seq;
      await clock.nextTurn();
    }
    ledger.finishRun(run);
  } finally {
    file.close();
  }
}
