import Database from 'better-sqlite3';
import type { ErrorCode } from '../../../shared/domain/error-codes.ts';
import { OperatorError, toOperatorError } from '../../../shared/domain/operator-error.ts';

/** What was being done to which file, in words that complete "… failed": `Reading migration records from`. */
export interface Attempt {
  readonly doing: string;
  readonly path: string;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly happened: string;
  readonly hint: string;
}

const meanings: Readonly<Record<string, Meaning>> = {
  SQLITE_BUSY: {
    code: 'DATABASE_BUSY',
    happened: 'another process kept it locked for longer than Unwind waits',
    hint: 'Stop the process that writes to it (wrangler dev, a migration, a sqlite3 shell) and try again.',
  },
  SQLITE_LOCKED: {
    code: 'DATABASE_BUSY',
    happened: 'a table in it is locked',
    hint: 'Stop the process that writes to it and try again.',
  },
  SQLITE_NOTADB: {
    code: 'DATABASE_INVALID',
    happened: 'it is not an SQLite database',
    hint: 'Check D1_LOCAL_PATH: it names the D1 file (64 hex digits, .sqlite), its folder or the wrangler project.',
  },
  SQLITE_CORRUPT: {
    code: 'DATABASE_INVALID',
    happened: 'the database is damaged',
    hint: 'Run "PRAGMA integrity_check" on a copy of the file together with its -wal, and restore it from a backup.',
  },
  SQLITE_CANTOPEN: {
    code: 'DATABASE_FAILED',
    happened: 'SQLite cannot open it, its -wal or its -shm file',
    hint: 'Give your user access to the file and write permission on its folder (SQLite needs a -shm file there), or copy it together with its -wal into a folder of your own.',
  },
  SQLITE_PERM: {
    code: 'DATABASE_FAILED',
    happened: 'the permission is missing',
    hint: 'Give your user access to the file and its folder.',
  },
  SQLITE_READONLY: {
    code: 'DATABASE_READ_ONLY',
    happened: 'it can only be read',
    hint: 'Give your user write permission on the file and its folder.',
  },
  SQLITE_FULL: {
    code: 'DISK_FULL',
    happened: 'the disk is full',
    hint: 'Free space on the disk that holds the database and try again.',
  },
  SQLITE_IOERR: {
    code: 'DATABASE_FAILED',
    happened: 'the disk reported an error',
    hint: 'Check the disk and the system log before anything else is written.',
  },
};

const unknown: Meaning = {
  code: 'DATABASE_FAILED',
  happened: 'SQLite refused',
  hint: 'Read the cause in the log file; nothing was changed by this step.',
};

/** Whether SQLite refused because another connection holds the lock it needs. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && primaryCode(error.code) === 'SQLITE_BUSY';
}

/** Turns what better-sqlite3 threw into ours. Reads SQLite's result code only; anything else is a bug. */
export function fromSqlite(error: unknown, attempt: Attempt): OperatorError {
  if (!(error instanceof Database.SqliteError)) return toOperatorError(error);
  const meaning = meanings[primaryCode(error.code)] ?? unknown;
  return new OperatorError(meaning.code, {
    message: `${attempt.doing} ${attempt.path} failed: ${meaning.happened} (${error.code}: ${error.message}).`,
    hint: meaning.hint,
    details: { path: attempt.path, sqliteCode: error.code },
    cause: error,
  });
}

/** A COMMIT that failed after SQLite had ended the transaction: it may be on disk, only reading back can tell. */
export function commitUnknown(error: unknown, attempt: Attempt): OperatorError {
  const known = fromSqlite(error, attempt);
  return new OperatorError('COMMIT_OUTCOME_UNKNOWN', {
    message: `${known.message} The COMMIT itself failed, so the changes may or may not be stored.`,
    hint: 'Fix the cause, then run "unwind resume": it reads the rows back before it goes on.',
    details: known.details,
    cause: error,
  });
}

/** Turns what looking at the file or its folder threw into ours, by errno. */
export function fromFileSystem(error: unknown, attempt: Attempt): OperatorError {
  const errno = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof errno !== 'string') return toOperatorError(error);
  const missing = errno === 'ENOENT' || errno === 'ENOTDIR';
  return new OperatorError(missing ? 'DATABASE_NOT_FOUND' : codeOfErrno(errno), {
    message: missing
      ? `${attempt.doing} ${attempt.path} failed: there is no such file.`
      : `${attempt.doing} ${attempt.path} failed: the operating system refused (${errno}).`,
    hint: missing
      ? 'Check D1_LOCAL_PATH. "unwind config show" says where its value comes from.'
      : 'Give your user access to the file and its folder.',
    details: { path: attempt.path, errno },
    cause: error,
  });
}

/** Runs `work` and translates what it throws. */
export function translating<T>(attempt: Attempt, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fromSqlite(error, attempt);
  }
}

/** `translating` for a port whose methods answer with promises although SQLite answers at once. */
export function settle<T>(attempt: Attempt, work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(translating(attempt, work));
  });
}

function codeOfErrno(errno: string): ErrorCode {
  if (errno === 'ENOSPC') return 'DISK_FULL';
  return errno === 'EROFS' ? 'DATABASE_READ_ONLY' : 'DATABASE_FAILED';
}

/** SQLITE_BUSY of SQLITE_BUSY_SNAPSHOT: extended codes only refine the first word. */
function primaryCode(code: string): string {
  return code.split('_', 2).join('_');
}
