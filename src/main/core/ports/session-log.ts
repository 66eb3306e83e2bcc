import type { Operator } from '../../../shared/domain/target.ts';

/** One entry about a session that an operator had stopped. */
export interface SessionLogEntry {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly operator: Operator;
  readonly event: 'session.stop-asked' | 'session.stopped' | 'session.gone' | 'session.stop-failed';
  readonly data: Readonly<Record<string, string | number | null>>;
}

/** Where it is kept who stopped which session of a database server. */
export interface SessionLog {
  /** Durable on return. @throws DISK_FULL @throws FILE_FAILED nothing was written. */
  append(entry: SessionLogEntry): void;
}
