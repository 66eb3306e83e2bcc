import type { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { DatabaseKind, TargetIdentity } from '../../../shared/domain/target.ts';
import type { CustomMapping } from '../schema/custom-mapping.ts';
import type { BlastRadiusLimits } from './blast-radius-limits.ts';
import type { DatabaseActivity } from './database-activity.ts';
import type { Leases } from './lease.ts';
import type { MigrationDatabase } from './migration-database.ts';
import type { ObjectStore } from './object-store.ts';
import type { Originals } from './originals.ts';
import type { TargetGuard } from './target-guard.ts';

/** A target that has been opened: who it is, and the ways to its database, bucket and originals. */
export interface OpenTarget {
  readonly identity: TargetIdentity;
  readonly database: MigrationDatabase;
  readonly objects: ObjectStore;
  readonly originals: Originals;
  readonly leases: Leases;
  /** Sessions of the database server; `undefined` for a database without a server (D1 file). */
  readonly activity: DatabaseActivity | undefined;
  /** The most that one plan may change without a reason. */
  readonly limits: BlastRadiusLimits;
  /** What it takes to change it. */
  readonly guard: TargetGuard;
  close(): Promise<void>;
}

/** A part of a target: open, or why it could not be opened. */
export type Part<T> =
  | { readonly state: 'open'; readonly part: T }
  | { readonly state: 'shut'; readonly error: OperatorError };

/**
 * A target whose parts were opened each on its own, so that what is wrong with one hides nothing of the others: what a preflight
 * looks at. An open part may still turn out to be unreachable when it is asked.
 */
export interface TargetInParts {
  readonly name: string;
  readonly databaseKind: DatabaseKind;
  readonly database: Part<{ readonly database: MigrationDatabase; readonly leases: Leases }>;
  readonly objects: Part<ObjectStore>;
  readonly originals: Part<Originals>;
  /** Who the target is. @throws the error of the part that keeps it from being known. */
  identify(): Promise<TargetIdentity>;
  close(): Promise<void>;
}

/** Opens targets by name. */
export interface Targets {
  /**
   * Opens the named target, or the default one; `mapping`: its tables, where a run has dropped the columns by which they are found.
   * @throws TARGET_NOT_FOUND, CONFIG_MISSING, CONFIG_INVALID, D1_PATH_AMBIGUOUS, or the database's own error.
   */
  open(name: string | undefined, mapping?: CustomMapping): Promise<OpenTarget>;
}

/** Opens targets part by part, by name. */
export interface TargetsInParts {
  /**
   * Opens what can be opened of the named target, or of the default one.
   * @throws TARGET_NOT_FOUND, CONFIG_MISSING, SANDBOX_MISSING when there is no such target.
   */
  openInParts(name: string | undefined): Promise<TargetInParts>;
}
