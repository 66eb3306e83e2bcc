import type { StepName } from '../../../shared/domain/plan.ts';
import { nowIso } from '../ports/clock.ts';
import type { ItemUpdate, OpenIntent } from '../ports/run-file.ts';
import { enterSafeMode } from '../safe-mode/enter-safe-mode.ts';
import { objectsLost, undecidedLoss } from '../safe-mode/undecided-loss.ts';
import { appendAudit, type RunContext, recordWithoutEffect } from './run-context.ts';
import { itemsOfIntent, type Settlement, settleIntent } from './settle-intent.ts';

/**
 * Settles every intent without an outcome by reading the world again, never by guessing (invariant 6).
 *
 * Each decision goes to the run file before the run goes on. May be killed itself: it only reads the target, and an
 * intent that it has not settled yet is found again.
 * @throws OBJECTS_LOST where an object is gone together with its copy; the target is in safe mode then.
 */
export async function recover(context: RunContext): Promise<void> {
  for (const intent of context.runFile.openIntents()) {
    const items = itemsOfIntent(context.runFile, intent);
    const settlement = await settleIntent(context, intent, items);
    // Before the outcome: it says of the lost ones that they are settled, and nobody would look at them again.
    if (settlement.lost.length > 0) enterSafeMode(context, undecidedLoss(context, settlement.lost));
    write(context, intent, settlement);
    if (settlement.lost.length > 0) throw objectsLost(undecidedLoss(context, settlement.lost));
  }
  retryFailed(context);
}

function write(context: RunContext, intent: OpenIntent, settlement: Settlement): void {
  for (const { decision, sentence } of settlement.decisions) {
    context.runFile.appendDecision({
      at: nowIso(context.clock),
      step: intent.step,
      decision,
      sentence,
    });
    context.reference.log('INFO', `Recovery: ${sentence}`);
  }
  context.runFile.appendOutcome({
    step: intent.step,
    at: nowIso(context.clock),
    firstSeq: intent.firstSeq,
    items: settlement.updates,
    note: 'settled by recovery',
  });
  appendAudit(context, 'run.recovered', {
    step: intent.step,
    firstSeq: intent.firstSeq,
    lastSeq: intent.lastSeq,
    settled: settlement.updates.length,
  });
}

/** Gives items whose delete failed another chance: their verified copies still exist. */
function retryFailed(context: RunContext): void {
  const step = context.plan.kind === 'purge' ? 'purge-objects' : 'delete-objects';
  const retryState = context.plan.kind === 'purge' ? 'planned' : 'quarantined';
  let afterSeq = 0;
  for (;;) {
    const items = context.runFile.pageItems({ filter: 'objects-failed', afterSeq, limit: 1_000 });
    const last = items.at(-1);
    if (last === undefined) return;
    recordWithoutEffect(context, {
      step,
      items: items.map((item): ItemUpdate => ({ seq: item.seq, objectState: retryState })),
      note: 'tried again by resume',
    });
    context.runFile.appendDecision({
      at: nowIso(context.clock),
      step,
      decision: 'do',
      sentence: `${String(items.length)} could not be deleted before and ${items.length === 1 ? 'is' : 'are'} tried again now. Safe, because each is looked at again first, and what moved since stays.`,
    });
    openAgain(context, step);
    afterSeq = last.seq;
  }
}

/** Turns a step that was done back into one that waits: a done step is passed over. */
function openAgain(context: RunContext, name: StepName): void {
  const step = context.runFile.steps().find((one) => one.name === name);
  if (step !== undefined) {
    context.runFile.updateStep({ ...step, state: 'waiting', finishedAt: null });
  }
}
