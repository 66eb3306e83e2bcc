import type { PlanKind } from './domain/plan.ts';
import type { GuardLevel } from './domain/target.ts';

/** Kinds of plans after which nothing brings back what was there. */
const FOR_GOOD: ReadonlySet<PlanKind> = new Set(['purge', 'drop-columns']);

/** What a plan of this kind takes on a target of this level: what cannot be undone is typed wherever anything may be changed. */
export function consentTo(kind: PlanKind, level: GuardLevel): GuardLevel {
  return level !== 'read-only' && FOR_GOOD.has(kind) ? 'phrase' : level;
}
