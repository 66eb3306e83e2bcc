import type { Operator } from '../../../shared/domain/target.ts';

/** Who holds a target, and for which run. */
export interface LeaseHolder {
  readonly operator: Operator;
  readonly runId: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** Fencing token: grows with each acquisition of this target. */
  readonly token: number;
}

/** The right to change one target, until it is released or the process ends, however it ends. */
export interface Lease {
  readonly holder: LeaseHolder;
  /**
   * Makes sure that the right is still held; called between chunks.
   * @throws LEASE_LOST what held it is gone: nothing may be written any more.
   */
  check(): Promise<void>;
  /** Gives the right back. A second call does nothing. */
  release(): Promise<void>;
}

/** Hands out at most one lease per target, across processes and users of this machine. */
export interface Leases {
  /** @throws TARGET_LOCKED with the holder in `details`. Does not wait. */
  acquire(request: {
    readonly operator: Operator;
    readonly runId: string;
    readonly at: string;
  }): Promise<Lease>;
  /** Who holds the target now; `undefined` when it is free. Takes nothing and waits for nothing. */
  find(): Promise<LeaseHolder | undefined>;
}
