import type { RecoveryDecision, RecoveryExplanation } from '../../../shared/domain/run.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { RunFile, StoredStep } from '../ports/run-file.ts';
import type { OpenTarget } from '../ports/target.ts';
import { resumableBecause } from './check-resumable.ts';
import { itemsOfIntent, settleIntent } from './settle-intent.ts';

/** What explaining needs: the run's file and ways to read its target. */
export interface ExplainingContext {
  readonly runFile: RunFile;
  readonly target: OpenTarget;
  readonly clock: Clock;
}

/**
 * Says what a resume would find and do, by the very code that decides when it is resumed. Reads only: neither target nor run file
 * is changed. The world may move before the resume, which decides again.
 */
export async function explainRecovery(context: ExplainingContext): Promise<RecoveryExplanation> {
  const { runFile } = context;
  const counts = runFile.runCounts();
  const settling = { target: context.target, runTime: runFile.readRun().runTime ?? '' };
  const decisions: RecoveryDecision[] = [];
  const found = { done: 0, notDone: 0, unknown: 0 };
  const underWay = new Set<number>();
  for (const intent of runFile.openIntents()) {
    const items = itemsOfIntent(runFile, intent);
    const settlement = await settleIntent(settling, intent, items);
    for (const { seq } of items) underWay.add(seq);
    found.done += settlement.found.done;
    found.notDone += settlement.found.notDone;
    found.unknown += settlement.found.unknown;
    for (const decision of settlement.decisions) {
      decisions.push({ at: nowIso(context.clock), step: intent.step, ...decision });
    }
  }
  return {
    runId: runFile.runId,
    readAt: nowIso(context.clock),
    counts: {
      planned: counts.planned,
      done: counts.done,
      drifted: counts.drifted,
      failed: counts.failed,
      underWay: underWay.size,
    },
    found,
    decisions,
    next: nextInWords(runFile),
    refusedBecause: resumableBecause(runFile),
  };
}

/** What a resume does after it has settled what was under way. */
function nextInWords(runFile: RunFile): string {
  const plan = runFile.readPlan();
  const left = runFile.steps().filter((step) => step.state !== 'done');
  const titles = left.map((step) => titleOf(plan.steps, step));
  const [first, ...others] = titles;
  if (first === undefined) return 'Every step is done: the result is verified once more.';
  const then = others.length === 0 ? '' : `, then ${others.join(', ')}`;
  return `Goes on with: ${first}${then}. What is done is not done again.`;
}

function titleOf(
  planned: readonly { readonly name: string; readonly title: string }[],
  { name }: StoredStep,
): string {
  return planned.find((step) => step.name === name)?.title ?? name;
}
