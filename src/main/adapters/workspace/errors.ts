import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** The error for a workspace database that cannot be read. */
export function ledgerInvalid(path: string, what: string, cause?: unknown): OperatorError {
  return new OperatorError('LEDGER_INVALID', {
    message: `${path} cannot be used as the database of the workspace: ${what}.`,
    hint: 'Move the file away, with those beside it that begin with its name. It is made again from the run files.',
    details: { path },
    cause,
  });
}

/** Turns an error of SQLite or of the file system about the workspace database into ours. Reads codes only. */
export function fromWorkspace(error: unknown, path: string): OperatorError {
  if (error instanceof OperatorError) return error;
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'SQLITE_NOTADB') return ledgerInvalid(path, 'it is not a SQLite file', error);
  if (code.startsWith('SQLITE_CORRUPT')) return ledgerInvalid(path, 'it is damaged', error);
  if (code === 'SQLITE_ERROR') return ledgerInvalid(path, 'it has another layout', error);
  if (['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'ENOSPC', 'EDQUOT'].includes(code)) {
    return new OperatorError('DISK_FULL', {
      message: `The disk is full: ${path} could not be written.`,
      hint: 'Free space on the disk of UNWIND_HOME. Nothing is lost: `unwind debts list` enters what is missing.',
      details: { path },
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new OperatorError('TARGET_LOCKED', {
      message: `${path} is being written by another process.`,
      hint: 'Wait a moment, then try again.',
      details: { path },
      cause: error,
    });
  }
  if (code === '') {
    return new OperatorError('INTERNAL', {
      message: `Unwind could not handle ${path}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Report this as a bug, with logs/bugs.log of the workspace.',
      cause: error,
    });
  }
  return new OperatorError('FILE_FAILED', {
    message: `The database of the workspace, ${path}, could not be used: ${code}.`,
    hint: 'Check the rights on UNWIND_HOME and the disk it is on.',
    details: { path, code },
    cause: error,
  });
}
