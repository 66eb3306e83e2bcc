import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Alternate, SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import { type VerifyingParts, verifySnapshot } from './verify-snapshot.ts';

/** Alternates verified before the search ends: each is read whole, and an operator waits. */
const MOST_TRIED = 20;

/**
 * Looks for what could stand in for a damaged snapshot: every other snapshot and backup of the same target, newest first, each read to its
 * last byte, one after the other, until one is sound. Returns all that were tried, the sound one last; none may be.
 *
 * Nothing is chosen here: an alternate holds the rows of another moment, and which one is meant only the operator knows.
 */
export async function findAlternates(
  parts: VerifyingParts,
  damaged: SnapshotEntry,
  options: { readonly isOfTarget: (entry: SnapshotEntry) => boolean },
): Promise<readonly Alternate[]> {
  const others = (await parts.catalogue.list()).filter(
    (entry) => entry.snapshotId !== damaged.snapshotId && options.isOfTarget(entry),
  );
  const tried: Alternate[] = [];
  for (const snapshot of others.slice(0, MOST_TRIED)) {
    // Awaited before the next one is looked at: an answer that is still on its way is no answer, least of all "sound".
    const verification = await verifySnapshot(parts, snapshot.snapshotId);
    tried.push({ snapshot: { ...snapshot, lastVerification: verification }, verification });
    if (verification.result === 'sound') break;
  }
  return tried;
}

/** The error for a damaged snapshot that says what was tried instead, and what the operator may choose. */
export function damagedSnapshot(
  damaged: SnapshotEntry,
  found: { readonly detail: string; readonly alternates: readonly Alternate[] },
): OperatorError {
  const sound = found.alternates.find(({ verification }) => verification.result === 'sound');
  return new OperatorError('SNAPSHOT_INVALID', {
    message: `${found.detail} ${triedInWords(found.alternates)} Nothing was changed.`,
    hint:
      sound === undefined
        ? 'Put the rows together from run files and tracking rows: unwind reconstruct'
        : `Look at the newest sound one, which holds the rows of ${sound.snapshot.takenAt ?? 'an unknown moment'}, and choose it by its name: unwind restore ${sound.snapshot.snapshotId}`,
    details: {
      snapshotId: damaged.snapshotId,
      alternates: found.alternates.map(({ snapshot, verification }) => ({
        snapshotId: snapshot.snapshotId,
        kind: snapshot.kind,
        takenAt: snapshot.takenAt,
        result: verification.result,
        detail: verification.detail,
      })),
    },
  });
}

function triedInWords(alternates: readonly Alternate[]): string {
  if (alternates.length === 0) return 'There is no other snapshot or backup of this target.';
  const each = alternates.map(({ snapshot, verification }) =>
    verification.result === 'sound'
      ? `${snapshot.snapshotId} is sound`
      : `${snapshot.snapshotId} ${verification.result === 'damaged' ? 'is damaged' : 'cannot be read'} (${verification.detail})`,
  );
  return `Tried instead, newest first: ${each.join('; ')}.`;
}
