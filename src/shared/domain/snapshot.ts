import { z } from 'zod';
import { RunId } from './plan.ts';

/** Names a snapshot (a ULID) or a backup (its file name without `.json`). */
export const SnapshotId = z.string().regex(/^\w[\w.-]{0,119}$/, 'an id of a snapshot or a backup');

/** The tables that a rollback changes, by their names in the reference schema. */
const SnapshotTableName = z.enum(['migration_batches', 'file_migrations', 'files']);

/**
 * How much a verification proves. `hashes`: every byte read, SHA-256 and row counts equal to the manifest. `read-to-end`: a backup, which
 * carries no hash: every row was read and is whole, but nobody can tell whether a value was changed.
 */
const VerificationMethod = z.enum(['hashes', 'read-to-end']);

/**
 * What a verification of a snapshot found, and when. `unreadable`: the system did not let it be read (rights, descriptors, a disk that
 * fails), which says nothing about what is in it. `detail` says what differs, what was read, or why it could not be.
 */
export const SnapshotVerification = z.strictObject({
  at: z.string(),
  method: VerificationMethod,
  result: z.enum(['sound', 'damaged', 'unreadable']),
  detail: z.string(),
});
export type SnapshotVerification = z.infer<typeof SnapshotVerification>;

/** One snapshot of the catalogue, or one backup in the reference's format. Times are ISO 8601 UTC. */
export const SnapshotEntry = z.strictObject({
  snapshotId: SnapshotId,
  kind: z.enum(['snapshot', 'backup']),
  /** The run that took it; `null` where the file does not say. */
  runId: RunId.nullable(),
  /** A backup says of which run it is and not of which target: its run file knows. `null`: nobody knows. */
  targetName: z.string().nullable(),
  targetFingerprint: z.string().nullable(),
  takenAt: z.string().nullable(),
  tables: z.array(
    z.strictObject({
      table: SnapshotTableName,
      /** `null` for a backup that was not read yet. */
      rowCount: z.number().int().nullable(),
    }),
  ),
  /** On disk. */
  sizeBytes: z.number().int(),
  /** The folder, or the file. */
  location: z.string(),
  /** The newest verification that the catalogue remembers; `null`: none. */
  lastVerification: SnapshotVerification.nullable(),
  /** Why it cannot even be listed whole; `null` where it can. */
  problem: z.string().nullable(),
});
export type SnapshotEntry = z.infer<typeof SnapshotEntry>;

/** A snapshot or backup that could stand in for a damaged one, with what its verification just found. */
export const Alternate = z.strictObject({
  snapshot: SnapshotEntry,
  verification: SnapshotVerification,
});
export type Alternate = z.infer<typeof Alternate>;
