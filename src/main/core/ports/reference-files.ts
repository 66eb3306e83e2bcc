import type { TrackedTable } from './migration-database.ts';
import type { RowLines } from './row-lines.ts';

/** One line of `rollback_audit_*.json`, as the reference procedure keeps them. */
export interface ReferenceAuditEntry {
  readonly timestamp: string;
  readonly operation: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** The three files of one run in the reference's formats. Names have one-second resolution: an alias, never an identity. */
export interface ReferenceRunFiles {
  /** Appends `<time> - <LEVEL> - <text>` to `logs/rollback_YYYYMMDD_HHMMSS.log`. */
  log(level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', text: string): void;
  /** Appends one entry to the audit trail. */
  audit(entry: ReferenceAuditEntry): void;
  /**
   * Appends rows to `backups/migration_backup_YYYYMMDD_HHMMSS.json`. Tables may come in any order, all rows of one together. May return
   * before `lines` are written: their bytes must not change any more.
   */
  backup(table: TrackedTable, lines: RowLines): Promise<void>;
  /** Completes the backup file and returns its path; durable on return. Without any `backup` call there is no file and it returns null. */
  finishBackup(): Promise<string | null>;
  /** Writes the audit file, flushes the log. A second call does nothing. */
  close(): Promise<void>;
}

/** Opens the reference-format files of runs under the workspace's `logs/` and `backups/`. */
export interface ReferenceFiles {
  open(run: {
    readonly runId: string;
    readonly startedAtMs: number;
    readonly operator: string;
  }): Promise<ReferenceRunFiles>;
}
