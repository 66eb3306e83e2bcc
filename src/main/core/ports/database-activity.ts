import type { DatabaseSession } from '../../../shared/domain/activity.ts';

/** Names one session for certain: a process id alone may be another session by now. */
export interface SessionAddress {
  readonly pid: number;
  /** As `DatabaseSession.startedAt`. */
  readonly startedAt: string;
}

/** Who works on the tables of a target, and the way to stop one of them. */
export interface DatabaseActivity {
  /** Sessions that hold or wait for locks on the target's tables, those that block others first. */
  listSessions(): Promise<readonly DatabaseSession[]>;
  /**
   * Asks the server to cancel what one session does now (`'statement'`) or to end the session (`'session'`); its open transaction is
   * rolled back by the server.
   * `false`: the session is gone, or it is another one by now; nothing was done.
   * @throws DATABASE_DENIED when the role may not.
   */
  cancel(address: SessionAddress, what: 'statement' | 'session'): Promise<boolean>;
}
