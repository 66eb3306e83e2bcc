import { OperatorError } from '../../../shared/domain/operator-error.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** The error for a file that is not a reconcile report, or not a whole one. */
export function reportInvalid(path: string, what: string, cause?: unknown): OperatorError {
  return new OperatorError('REPORT_INVALID', {
    message: `${path} cannot be used as a reconcile report: ${what}.`,
    hint: 'Remove the file and make a new report with `unwind reconcile`. Do not repair it by hand.',
    details: { path },
    cause,
  });
}

/** The error for a report that does not exist. */
export function reportNotFound(reportId: string, cause?: unknown): OperatorError {
  return new OperatorError('REPORT_NOT_FOUND', {
    message: `There is no reconcile report ${reportId} in this workspace.`,
    hint: 'List the reports with `unwind reconciles list`.',
    details: { reportId },
    cause,
  });
}

/** Turns an error of SQLite or of the file system about a report into ours. Reads codes only. */
export function fromReportFile(error: unknown, path: string): OperatorError {
  if (error instanceof OperatorError) return error;
  const code = codeOf(error);
  if (code === 'SQLITE_NOTADB') return reportInvalid(path, 'it is not a SQLite file', error);
  if (code.startsWith('SQLITE_CORRUPT')) {
    return reportInvalid(path, 'it is damaged or was cut short', error);
  }
  if (code === 'SQLITE_ERROR') {
    return reportInvalid(path, 'it has not the layout of a reconcile report', error);
  }
  if (['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'ENOSPC', 'EDQUOT'].includes(code)) {
    return new OperatorError('DISK_FULL', {
      message: `The disk is full: ${path} could not be written.`,
      hint: 'Free space on the disk of UNWIND_HOME, then go on with `unwind reconcile --resume`.',
      details: { path },
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new OperatorError('TARGET_LOCKED', {
      message: `${path} is being written by another process.`,
      hint: 'Wait until that reconcile has ended, or stop it there.',
      details: { path },
      cause: error,
    });
  }
  if (code === '') {
    return new OperatorError('INTERNAL', {
      message: `Unwind could not handle the reconcile report ${path}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Report this as a bug, with logs/bugs.log of the workspace.',
      cause: error,
    });
  }
  return new OperatorError('FILE_FAILED', {
    message: `The reconcile report ${path} could not be used: ${code}.`,
    hint: 'Check the rights on UNWIND_HOME and the disk it is on.',
    details: { path, code },
    cause: error,
  });
}
