import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Acceptance } from '../domain/plan.ts';
import { Alternate, SnapshotEntry, SnapshotId, SnapshotVerification } from '../domain/snapshot.ts';
import { PlanEvent } from './plan.ts';
import { procedure } from './procedure.ts';

const OneSnapshot = z.strictObject({ snapshotId: SnapshotId });

export const snapshotContract = {
  /** Every snapshot of the workspace and every backup in the reference's format, newest first. Reads no row. */
  list: procedure
    .input(z.strictObject({}))
    .output(z.strictObject({ snapshots: z.array(SnapshotEntry) })),
  /** One of them. Fails with SNAPSHOT_NOT_FOUND. */
  get: procedure.input(OneSnapshot).output(SnapshotEntry),
  /**
   * Reads every byte of one, remembers what was found, and for a damaged one looks for alternates: other snapshots and backups of the same
   * target, newest first, each read whole, until one is sound. Fails with SNAPSHOT_NOT_FOUND.
   */
  verify: procedure.input(OneSnapshot).output(
    z.strictObject({
      snapshot: SnapshotEntry,
      verification: SnapshotVerification,
      alternates: z.array(Alternate),
    }),
  ),
  /**
   * Plans to give rows the values that a snapshot or a backup kept, after reading all of it.
   * Fails with SNAPSHOT_NOT_FOUND, PLAN_TARGET_MISMATCH, or SNAPSHOT_INVALID, which names the alternates that were tried: another one is
   * never taken by itself. Closing the iterator cancels and leaves no plan.
   */
  createRestore: procedure
    .input(
      z.strictObject({
        snapshotId: SnapshotId,
        target: z.string().optional(),
        batchId: z.string().min(1).optional(),
        acceptances: z.array(Acceptance).default([]),
      }),
    )
    .output(eventIterator(PlanEvent)),
};
