import type { StepName } from '../../../shared/domain/plan.ts';
import { nowIso } from '../ports/clock.ts';
import type { ItemFilter, ItemUpdate, StoredItem } from '../ports/run-file.ts';
import { appendAudit, forEachChunk, type RunContext, type StepResult } from './run-context.ts';

/** A step whose chunks are journaled. */
export interface JournaledStep {
  readonly step: StepName;
  /** Items still to do; the effect must leave each in a state that this no longer selects, or it is passed over by position. */
  readonly filter: ItemFilter;
  /** Items between two intents: what a crash makes recovery look at again. */
  readonly chunkSize: number;
  /** Name of the audit event of a chunk. */
  readonly event: string;
  /** Called when the outcome of a chunk is durable; what it throws ends the run there. */
  readonly afterChunk?: () => void;
}

/**
 * Executes a step chunk by chunk, until nothing is left or the operator stops the run. Order of a chunk (invariant 4):
 *  1. append the intent, durable
 *  2. `effect`, which returns what became of each item
 *  3. append the outcome with the items' new states, one transaction
 *  4. append the audit event
 * When `effect` throws, the intent stays open and recovery settles it by reading the world.
 */
export function executeChunks(
  context: RunContext,
  journaled: JournaledStep,
  effect: (items: readonly StoredItem[]) => Promise<readonly ItemUpdate[]>,
): Promise<StepResult> {
  const { step } = journaled;
  return forEachChunk(context, journaled, async (items) => {
    const chunk = { step, firstSeq: items[0]?.seq ?? 0 };
    const lastSeq = items.at(-1)?.seq ?? 0;
    context.runFile.appendIntent({
      ...chunk,
      at: nowIso(context.clock),
      lastSeq,
      itemCount: items.length,
    });

    const updates = await effect(items);

    context.runFile.appendOutcome({
      ...chunk,
      at: nowIso(context.clock),
      items: updates,
      note: null,
    });
    const facts = { ...chunk, lastSeq, ...countStates(updates) };
    appendAudit(context, journaled.event, facts);
    context.reference.log('INFO', `${journaled.event}: ${inWords(facts)}`);
    journaled.afterChunk?.();
  });
}

/** How many items of a chunk came into which state. */
function countStates(updates: readonly ItemUpdate[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(updates, (update) => update.rowState ?? update.objectState ?? 'none');
  return Object.fromEntries([...groups].map(([state, group]) => [state, group.length]));
}

function inWords(facts: Readonly<Record<string, string | number>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
