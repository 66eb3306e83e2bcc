import type { TargetIdentity } from '../../../shared/domain/target.ts';
import type { DatabaseActivity } from './database-activity.ts';
import type { Leases } from './lease.ts';
import type { MigrationDatabase } from './migration-database.ts';
import type { ObjectStore } from './object-store.ts';
import type { Originals } from './originals.ts';

/** A target that has been opened: who it is, and the ways to its database, bucket and originals. */
export interface OpenTarget {
  readonly identity: TargetIdentity;
  readonly database: MigrationDatabase;
  readonly objects: ObjectStore;
  readonly originals: Originals;
  readonly leases: Leases;
  /** Sessions of the database server; `undefined` for a database without a server (D1 file). */
  readonly activity: DatabaseActivity | undefined;
  close(): Promise<void>;
}

/** Opens targets by name. */
export interface Targets {
  /**
   * Opens the named target, or the default one.
   * @throws TARGET_NOT_FOUND, CONFIG_MISSING, CONFIG_INVALID, D1_PATH_AMBIGUOUS, or the database's own error.
   */
  open(name: string | undefined): Promise<OpenTarget>;
}
