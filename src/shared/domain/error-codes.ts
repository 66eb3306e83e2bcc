/** What sort of trouble an error is; the console and the CLI choose icon and wording by it. */
export type ErrorKind =
  | 'usage'
  | 'partial'
  | 'missing'
  | 'locked'
  | 'denied'
  | 'stale'
  | 'integrity'
  | 'outcome-unknown'
  | 'unavailable'
  | 'cancelled'
  | 'bug';

/** Exit status of the CLI. 0-5 are given by the reference procedure, 6 and up are ours. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 130;

interface ErrorClass {
  readonly kind: ErrorKind;
  readonly exitCode: ExitCode;
  /** Whether the same call may succeed later without anything being changed by the operator. */
  readonly retryable: boolean;
}

const usage = { kind: 'usage', exitCode: 2, retryable: false } as const;
const missing = { kind: 'missing', exitCode: 2, retryable: false } as const;
const database = { kind: 'unavailable', exitCode: 3, retryable: false } as const;
const r2 = { kind: 'unavailable', exitCode: 4, retryable: false } as const;
const file = { kind: 'unavailable', exitCode: 5, retryable: false } as const;
const refused = { kind: 'denied', exitCode: 6, retryable: false } as const;
const integrity = { kind: 'integrity', exitCode: 9, retryable: false } as const;

/**
 * Every error code with its kind, the exit status it gives the CLI and whether a retry can help.
 *
 * The one table: adapters choose a code, nobody else decides how it is treated.
 */
export const ERROR_CODES = {
  USAGE_INVALID: usage,
  CONFIG_INVALID: usage,
  CONFIG_MISSING: usage,
  CONFIG_SECRET_IN_FILE: usage,
  D1_PATH_AMBIGUOUS: usage,
  MAPPING_AMBIGUOUS: usage,
  MAPPING_INVALID: usage,
  SCOPE_CONTRADICTORY: usage,
  SCOPE_EMPTY: missing,
  TARGET_NOT_FOUND: missing,
  RUN_NOT_FOUND: missing,
  CHECKPOINT_NOT_FOUND: missing,
  REPORT_NOT_FOUND: missing,
  DEBT_NOT_FOUND: missing,
  SNAPSHOT_NOT_FOUND: missing,
  SANDBOX_MISSING: missing,
  VAULT_MISSING: missing,
  VAULT_EXISTS: usage,
  SANDBOX_EXISTS: usage,

  DATABASE_NOT_FOUND: { ...database, kind: 'missing' },
  DATABASE_INVALID: { ...database, kind: 'integrity' },
  DATABASE_SCHEMA_MISSING: { ...database, kind: 'missing' },
  COLUMNS_DROPPED: { ...database, kind: 'missing' },
  DATABASE_BUSY: { ...database, kind: 'locked', retryable: true },
  DATABASE_READ_ONLY: { ...database, kind: 'denied' },
  DATABASE_UNREACHABLE: { ...database, retryable: true },
  DATABASE_TLS_FAILED: { ...database, kind: 'denied' },
  DATABASE_CREDENTIALS_REJECTED: { ...database, kind: 'denied' },
  DATABASE_DENIED: { ...database, kind: 'denied' },
  DATABASE_TIMEOUT: { ...database, kind: 'locked', retryable: true },
  DATABASE_CONFLICT: { ...database, kind: 'locked', retryable: true },
  DATABASE_FAILED: database,
  COMMIT_OUTCOME_UNKNOWN: { ...database, kind: 'outcome-unknown' },

  R2_UNREACHABLE: { ...r2, retryable: true },
  R2_CREDENTIALS_REJECTED: { ...r2, kind: 'denied' },
  R2_DENIED: { ...r2, kind: 'denied' },
  R2_OBJECT_LOCKED: { ...r2, kind: 'denied' },
  R2_BUCKET_NOT_FOUND: { ...r2, kind: 'missing' },
  R2_OBJECT_NOT_FOUND: { ...r2, kind: 'missing' },
  R2_OBJECT_CHANGED: { ...r2, kind: 'stale' },
  R2_OBJECT_EXISTS: { ...r2, kind: 'stale' },
  R2_RATE_LIMITED: { ...r2, retryable: true },
  R2_UNSUPPORTED: r2,
  R2_FAILED: { ...r2, retryable: true },

  FILE_FAILED: file,
  DISK_FULL: file,

  PLAN_STALE: { ...refused, kind: 'stale' },
  PLAN_BLOCKED: refused,
  PLAN_DIGEST_MISMATCH: refused,
  PLAN_TARGET_MISMATCH: refused,
  PLAN_ALREADY_EXECUTED: refused,
  CONFIRMATION_MISMATCH: refused,
  REASON_REQUIRED: refused,
  BACKUP_REQUIRED: refused,
  RUN_NOT_RESUMABLE: refused,
  RUN_NOT_UNDOABLE: refused,
  REPORT_UNFINISHED: refused,
  DEBT_CLOSED: refused,
  VAULT_LOCKED: refused,
  VAULT_PASSPHRASE_WRONG: refused,
  TARGET_READ_ONLY: refused,
  TARGET_IN_SAFE_MODE: refused,
  TARGET_NOT_IN_SAFE_MODE: refused,

  TARGET_LOCKED: { kind: 'locked', exitCode: 7, retryable: true },
  LEASE_LOST: { kind: 'locked', exitCode: 7, retryable: false },
  RUN_INCOMPLETE: { kind: 'partial', exitCode: 8, retryable: false },

  RUN_FILE_INVALID: integrity,
  LEASE_INVALID: integrity,
  REPORT_INVALID: integrity,
  LEDGER_INVALID: integrity,
  PLAN_EDITED: integrity,
  SNAPSHOT_INVALID: integrity,
  VAULT_INVALID: integrity,
  VERIFICATION_FAILED: integrity,
  OBJECTS_LOST: integrity,

  CANCELLED: { kind: 'cancelled', exitCode: 130, retryable: false },
  SANDBOX_FAILED: { kind: 'unavailable', exitCode: 1, retryable: false },
  INTERNAL: { kind: 'bug', exitCode: 1, retryable: false },
} as const satisfies Record<string, ErrorClass>;

/** One of the codes of `ERROR_CODES`. */
export type ErrorCode = keyof typeof ERROR_CODES;
