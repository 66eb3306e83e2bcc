import { leavePhrase, type SafeMode } from '../../../shared/domain/safe-mode.ts';
import type { StoredSafeModeReason } from '../ports/safe-modes.ts';
import { type ExitSubject, exitsOf } from './exits.ts';

/**
 * A target in safe mode as the doors see it; `undefined` when no reason holds. `subjects`: the runs of the reasons. Pure.
 */
export function describeSafeMode(
  reasons: readonly StoredSafeModeReason[],
  subjects: readonly ExitSubject[],
): SafeMode | undefined {
  const [first] = reasons;
  if (first === undefined) return undefined;
  return {
    targetName: first.targetName,
    fingerprint: first.targetFingerprint,
    since: first.at,
    reasons: reasons.map(({ at, runId, code, sentence, facts }) => ({
      at,
      runId,
      code,
      sentence,
      facts: { ...facts } as SafeMode['reasons'][number]['facts'],
    })),
    exits: exitsOf(first.targetName, subjects),
    leavePhrase: leavePhrase(first.targetName),
  };
}
