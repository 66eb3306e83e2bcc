import {
  type OperatorError,
  toOperatorError,
  toWire,
} from '../../../shared/domain/operator-error.ts';
import type { OpenIntent } from '../ports/run-file.ts';
import type { RunContext } from '../run/run-context.ts';
import { itemsOfIntent, settleIntent } from '../run/settle-intent.ts';
import { enterSafeMode } from './enter-safe-mode.ts';

/** Errors after which nobody knows whether the last write took effect. */
const OUTCOME_UNKNOWN: ReadonlySet<OperatorError['code']> = new Set([
  'LEASE_LOST',
  'COMMIT_OUTCOME_UNKNOWN',
]);

/**
 * After a failure that leaves open whether the last write took effect: reads back, and freezes the target where that does not tell, so
 * that nothing else is written before it is settled. Where it tells, a resume settles it as ever. Settles nothing itself.
 */
export async function freezeWhereOutcomeStaysUnknown(
  context: RunContext,
  error: unknown,
): Promise<void> {
  const { code } = toOperatorError(error);
  if (!OUTCOME_UNKNOWN.has(code)) return;
  for (const intent of context.runFile.openIntents()) {
    const unknown = await whyStillUnknown(context, intent);
    if (unknown === undefined) continue;
    enterSafeMode(context, {
      code,
      sentence: `Run ${context.runFile.runId} does not know whether items ${String(intent.firstSeq)} to ${String(intent.lastSeq)} were changed (${intent.step}): ${unknown}`,
      facts: { step: intent.step, firstSeq: intent.firstSeq, lastSeq: intent.lastSeq },
    });
  }
}

async function whyStillUnknown(
  context: RunContext,
  intent: OpenIntent,
): Promise<string | undefined> {
  try {
    const items = itemsOfIntent(context.runFile, intent);
    const { found } = await settleIntent(context, intent, items);
    // A chunk is one transaction: one row that is as before, or as after, tells of all.
    const isUnknown = found.unknown > 0 && found.done + found.notDone === 0;
    return isUnknown ? 'every one of them holds something else by now.' : undefined;
  } catch (failure) {
    return `they could not be read back: ${toWire(failure).message}`;
  }
}
