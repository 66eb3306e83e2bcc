import type { PlanEvent } from '../../../shared/contract/plan.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Acceptance } from '../../../shared/domain/plan.ts';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import type { TargetIdentity } from '../../../shared/domain/target.ts';
import { damagedSnapshot, findAlternates } from '../../core/emergency/find-alternates.ts';
import { verifySnapshot } from '../../core/emergency/verify-snapshot.ts';
import { keyColumnsOf, valuesOfSnapshot } from '../../core/plan/kept-values.ts';
import { planRestore } from '../../core/plan/plan-restore.ts';
import type { PlanningContext } from '../../core/plan/planning.ts';
import type { SnapshotRows } from '../../core/ports/snapshot-catalogue.ts';
import { planning } from './plan-making-procedures.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { runsOf } from './read-runs.ts';
import { listSnapshots, withOrigin } from './snapshot-origins.ts';

/** Alternates for a damaged snapshot: what is known to be of the same target. */
async function alternatesFor(parts: ProcedureContext, damaged: SnapshotEntry) {
  const origins = new Map(
    (await listSnapshots(parts)).map(({ snapshotId, targetFingerprint }) => [
      snapshotId,
      targetFingerprint,
    ]),
  );
  const { targetFingerprint } = damaged;
  return findAlternates(parts, damaged, {
    isOfTarget: ({ snapshotId }) =>
      targetFingerprint === null || origins.get(snapshotId) === targetFingerprint,
  });
}

async function verify(parts: ProcedureContext, snapshotId: string) {
  const entry = await withOrigin(parts, await parts.catalogue.find(snapshotId));
  const verification = await verifySnapshot(parts, snapshotId);
  const alternates = verification.result === 'sound' ? [] : await alternatesFor(parts, entry);
  return {
    snapshot: { ...entry, lastVerification: verification },
    verification,
    alternates: [...alternates],
  };
}

/** Opens the rows of a snapshot, all of it read and verified. @throws SNAPSHOT_INVALID naming the alternates that were tried. */
async function openVerified(
  parts: ProcedureContext,
  context: PlanningContext,
  entry: SnapshotEntry,
): Promise<SnapshotRows> {
  const { mapping } = await context.target.database.describe();
  try {
    return await parts.catalogue.openRows(entry.snapshotId, keyColumnsOf(mapping));
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'SNAPSHOT_INVALID') throw error;
    await verifySnapshot(parts, entry.snapshotId);
    const alternates = await alternatesFor(parts, entry);
    throw damagedSnapshot(entry, { detail: error.message, alternates });
  }
}

/** @throws PLAN_TARGET_MISMATCH when the snapshot is known to be of another target. */
function checkOrigin(entry: SnapshotEntry, target: TargetIdentity): void {
  const { targetFingerprint, targetName, snapshotId } = entry;
  if (targetFingerprint === null || targetFingerprint === target.fingerprint) return;
  throw new OperatorError('PLAN_TARGET_MISMATCH', {
    message: `The ${entry.kind} ${snapshotId} is of target ${String(targetName)}, the target here is ${target.name} (${target.database}, bucket ${target.bucket}). Nothing was changed.`,
    hint: 'Choose the target that it was taken of (--target).',
    details: { snapshotId, snapshot: targetFingerprint, target: target.fingerprint },
  });
}

async function restoring(
  parts: ProcedureContext,
  request: {
    readonly snapshotId: string;
    readonly target: string | undefined;
    readonly batchId: string | undefined;
    readonly acceptances: readonly Acceptance[];
    readonly signal: AbortSignal | undefined;
  },
): Promise<AsyncGenerator<PlanEvent, void, void>> {
  const entry = await withOrigin(parts, await parts.catalogue.find(request.snapshotId));
  return planning(parts, {
    targetName: request.target ?? entry.targetName ?? undefined,
    signal: request.signal,
    make: async (context) => {
      checkOrigin(entry, context.target.identity);
      context.onProgress(`Reading all of ${entry.kind} ${entry.snapshotId}`, 0, 0);
      const rows = await openVerified(parts, context, entry);
      const reader = await context.target.database.openReader();
      try {
        return await planRestore(context, {
          kept: valuesOfSnapshot(rows, reader),
          batchId: request.batchId ?? null,
          acceptances: request.acceptances,
          runs: await runsOf(parts, context.target.identity.fingerprint),
        });
      } finally {
        rows.close();
        await reader.close();
      }
    },
  });
}

/** The procedures about kept rows. */
export function snapshotProcedures(parts: ProcedureContext) {
  return {
    list: parts.os.snapshot.list.handler(async () => ({ snapshots: await listSnapshots(parts) })),
    get: parts.os.snapshot.get.handler(async ({ input }) =>
      withOrigin(parts, await parts.catalogue.find(input.snapshotId)),
    ),
    verify: parts.os.snapshot.verify.handler(({ input }) => verify(parts, input.snapshotId)),
    createRestore: parts.os.snapshot.createRestore.handler(({ input, signal }) =>
      restoring(parts, {
        snapshotId: input.snapshotId,
        target: input.target,
        batchId: input.batchId,
        acceptances: input.acceptances,
        signal,
      }),
    ),
  };
}
