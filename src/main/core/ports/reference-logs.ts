import type { LogAnalysis } from '../../../shared/domain/analysis.ts';

/** A log in the workspace's `logs/`. */
export interface ReferenceLog {
  readonly path: string;
  /** The second in its name, ISO 8601 UTC without a fraction: when its run began. */
  readonly startedAt: string;
}

/** Reads logs in the reference's format: those that its own script wrote, and those that Unwind writes beside its run files. */
export interface ReferenceLogs {
  /** The `rollback_*.log` of the workspace whose name says that they began at `sinceMs` (epoch milliseconds) or later, oldest first. */
  list(sinceMs: number): readonly ReferenceLog[];
  /** What a log, and the audit file beside it, hold. Memory does not grow with the log. @throws FILE_FAILED */
  analyze(path: string): Promise<LogAnalysis>;
}
