import type { PlanKind } from '../../../shared/domain/plan.ts';
import type { Scope } from '../../../shared/domain/scope.ts';

/** A run that was begun on a target: what is known of it should its file get lost. */
export interface BegunRun {
  readonly runId: string;
  readonly kind: PlanKind;
  readonly subjectRunId: string | null;
  readonly targetName: string;
  readonly targetFingerprint: string;
  readonly scope: Scope;
  readonly scopeInWords: string;
  /** Where its run file was. */
  readonly path: string;
  /** ISO 8601 UTC. */
  readonly begunAt: string;
}

/**
 * The runs that were begun on the targets of a workspace. An index that outlives a run file; made again from the run files when it is
 * lost.
 *
 * @throws LEDGER_INVALID, TARGET_LOCKED, DISK_FULL, FILE_FAILED on every method.
 */
export interface BegunRuns {
  /** Runs that have not ended, of one target or of all, oldest first. */
  underWay(fingerprint?: string): readonly BegunRun[];
  find(runId: string): BegunRun | undefined;
  /** Runs that are about this one, e.g. its undo, whether they have ended or not. */
  about(runId: string): readonly BegunRun[];
  /** Says that a run is about to write, before it does. Durable on return. A run that has ended is under way again. */
  begin(run: BegunRun): void;
  /** Says that a run has ended. Durable on return. A second call changes nothing. */
  end(runId: string): void;
  /** Whether the run files of the workspace were taken up since this index was made. */
  isComplete(): boolean;
  /** Says that they were. */
  markComplete(): void;
}
