import type { SnapshotVerification } from '../../../shared/domain/snapshot.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { CrashAt } from '../ports/crash-points.ts';
import type { SnapshotCatalogue } from '../ports/snapshot-catalogue.ts';

/** What a verification of snapshots needs. */
export interface VerifyingParts {
  readonly catalogue: SnapshotCatalogue;
  readonly clock: Clock;
  readonly crashAt: CrashAt;
}

/**
 * Reads every byte of a snapshot or a backup, remembers what was found, and returns it. A damaged one is an answer and no error.
 * @throws SNAPSHOT_NOT_FOUND
 */
export async function verifySnapshot(
  { catalogue, clock, crashAt }: VerifyingParts,
  snapshotId: string,
): Promise<SnapshotVerification> {
  const found = await catalogue.check(snapshotId);
  const verification = { at: nowIso(clock), ...found };
  crashAt('verification.before-write');
  await catalogue.remember(snapshotId, verification);
  crashAt('verification.after-write');
  return verification;
}
