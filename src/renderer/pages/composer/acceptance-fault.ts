import type { Acceptance } from '../../../shared/domain/plan.ts';

const SHORTEST_REASON = 3;

/** What keeps the acceptances from being sent, or `null`: each needs a reason. */
export function acceptanceFault(acceptances: readonly Acceptance[]): string | null {
  const isReasoned = acceptances.every(({ reason }) => reason.trim().length >= SHORTEST_REASON);
  return isReasoned ? null : 'Give a reason for each risk that is accepted.';
}
