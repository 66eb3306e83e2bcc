import type { StepName } from '../../../shared/domain/plan.ts';
import type { RecoveryDecision } from '../../../shared/domain/run.ts';

/** A decision without when and where: each says what was found, what follows, and why that is safe. */
export type Decision = Pick<RecoveryDecision, 'decision' | 'sentence'>;

/** Positions of the items that were under way. */
export interface ChunkOf {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Items that were under way, by what reading the world says of them. `unknown`: neither before nor after. */
export interface Found {
  readonly done: number;
  readonly notDone: number;
  readonly unknown: number;
}

/** "Row 3 was", "Rows 1 to 5000 were". */
function began(noun: string, { firstSeq, lastSeq }: ChunkOf, doing: string): string {
  return firstSeq === lastSeq
    ? `The process ended while ${noun} ${String(firstSeq)} was being ${doing}.`
    : `The process ended while ${noun}s ${String(firstSeq)} to ${String(lastSeq)} were being ${doing}.`;
}

/** The count with a verb that fits it: "1 is", "2 are". */
function are(count: number, verbs: readonly [one: string, several: string]): string {
  return `${String(count)} ${count === 1 ? verbs[0] : verbs[1]}`;
}

const HOLDS = ['holds', 'hold'] as const;
const IS = ['is', 'are'] as const;

/** What recovery decides about rows that were being changed. */
export function rowDecisions(chunk: ChunkOf, found: Found): readonly Decision[] {
  const start = began('row', chunk, 'changed');
  const decisions: Decision[] = [];
  if (found.done > 0) {
    decisions.push({
      decision: 'record',
      sentence: `${start} ${are(found.done, ['already holds', 'already hold'])} the new values: the change was made, it is recorded as done and not written again. Safe, because the values include the moment that only this run writes.`,
    });
  }
  if (found.notDone > 0) {
    decisions.push({
      decision: 'do',
      sentence: `${start} ${are(found.notDone, ['still holds', 'still hold'])} the old values: the change was not made, it is made now. Safe, because a row is written only while it holds exactly what was planned.`,
    });
  }
  if (found.unknown > 0) {
    decisions.push({
      decision: 'hold',
      sentence: `${start} ${are(found.unknown, HOLDS)} something else: somebody changed it since, so it is left alone as drift, and its object stays. Safe, because nothing of it is touched; a new plan takes it up.`,
    });
  }
  return decisions;
}

/** What recovery decides about objects that were being deleted. */
export function removalDecisions(chunk: ChunkOf, found: Found): readonly Decision[] {
  const start = began('object', chunk, 'deleted');
  const decisions: Decision[] = [];
  if (found.done > 0) {
    decisions.push({
      decision: 'record',
      sentence: `${start} ${are(found.done, IS)} gone, and the quarantine holds the copy of each: recorded as done. Safe, because each copy was read to its last byte before its object was deleted.`,
    });
  }
  if (found.notDone > 0) {
    decisions.push({
      decision: 'do',
      sentence: `${start} ${are(found.notDone, IS)} still there: each is looked at again and deleted now. Safe, because one that changed since, or whose copy is missing, stays.`,
    });
  }
  if (found.unknown > 0) {
    decisions.push({
      decision: 'hold',
      sentence: `${start} ${are(found.unknown, IS)} gone together with the quarantine copy: nobody can say who removed the copy, so this is held for you and the target goes into safe mode. Nothing more is deleted until you decide.`,
    });
  }
  return decisions;
}

/** What recovery decides about quarantine copies that were being purged. */
export function purgeDecisions(chunk: ChunkOf, found: Found): readonly Decision[] {
  const start = began('quarantine copy', chunk, 'purged').replace('copys', 'copies');
  const decisions: Decision[] = [];
  if (found.done > 0) {
    decisions.push({
      decision: 'record',
      sentence: `${start} ${are(found.done, IS)} gone: recorded as done. Safe, because the purge was consented to, and the content was proved elsewhere before.`,
    });
  }
  if (found.notDone > 0) {
    decisions.push({
      decision: 'do',
      sentence: `${start} ${are(found.notDone, IS)} still there: each is looked at again and purged now. Safe, because a copy that changed since stays.`,
    });
  }
  return decisions;
}

/** What recovery decides about copies that were being made: doing it again finds what exists. */
export function copyDecision(chunk: ChunkOf, step: StepName): Decision {
  const doing =
    step === 'restore-objects' ? 'copied back from the quarantine' : 'copied to the quarantine';
  return {
    decision: 'do',
    sentence: `${began('object', chunk, doing)} A copy that exists is read to its end and compared, one that is missing is made. Safe, because a copy never overwrites anything, and what it is a copy of stays.`,
  };
}

/** What recovery decides about batch rows that were being updated. */
export function batchDecision(): Decision {
  return {
    decision: 'do',
    sentence:
      'The process ended while the batch rows were being updated. They are counted again from their records and written only where they differ. Safe, because a batch row that somebody else changed is left alone.',
  };
}

/** What recovery decides about a column that was being dropped. */
export function columnDecision(name: string, found: 'there' | 'gone'): Decision {
  const start = `The process ended while column ${name} was being dropped.`;
  return found === 'there'
    ? {
        decision: 'do',
        sentence: `${start} It is still there: its values are counted again and it is dropped now. Safe, because a column with a value in it stays.`,
      }
    : {
        decision: 'record',
        sentence: `${start} It is gone: recorded as done. Safe, because it was empty when it went, in the same transaction.`,
      };
}
