import type { ErrorCode } from '../../../shared/domain/error-codes.ts';
import type { JsonValue } from '../../../shared/domain/operator-error.ts';
import type { Operator } from '../../../shared/domain/target.ts';

/** Why a target is in safe mode, as a run finds it. */
export interface NewSafeModeReason {
  readonly targetFingerprint: string;
  readonly targetName: string;
  /** The run that met what cannot be decided. */
  readonly runId: string;
  readonly at: string;
  readonly by: Operator;
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly facts: Readonly<Record<string, JsonValue>>;
}

/** A reason that holds. */
export interface StoredSafeModeReason extends NewSafeModeReason {
  /** Grows in the order of entering. */
  readonly seq: number;
}

/**
 * Which targets are in safe mode: those with a reason that holds. Kept in the workspace, with reasons that hold no more and who
 * ended them: the workspace's audit of safe mode.
 *
 * @throws LEDGER_INVALID, TARGET_LOCKED, DISK_FULL, FILE_FAILED on every method.
 */
export interface SafeModes {
  /** Reasons that hold, oldest first; of one target, or of all. */
  reasons(fingerprint?: string): readonly StoredSafeModeReason[];
  /** Adds a reason. Durable on return. One that holds already in the same words by the same run is not added again. */
  enter(reason: NewSafeModeReason): void;
  /** Ends these reasons. Durable on return. One that holds no more stays as it was ended. */
  end(ending: {
    readonly seqs: readonly number[];
    readonly at: string;
    readonly by: Operator;
    readonly why: string;
  }): void;
}
