import { ZodError } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** The error for a file that is not a run file, or not a whole one. */
export function runFileInvalid(path: string, what: string, cause?: unknown): OperatorError {
  return new OperatorError('RUN_FILE_INVALID', {
    message: `${path} cannot be used as a run file: ${what}.`,
    hint: 'Take the file from where it was made, or make a new plan. Do not repair it by hand.',
    details: { path },
    cause,
  });
}

/** Turns an error of SQLite or of the file system about a run file into ours. Reads codes only. */
export function fromRunFile(error: unknown, path: string): OperatorError {
  if (error instanceof OperatorError) return error;
  if (error instanceof SyntaxError || error instanceof ZodError)
    return runFileInvalid(path, 'a part of it cannot be read', error);
  const code = codeOf(error);
  if (code === 'SQLITE_NOTADB') return runFileInvalid(path, 'it is not a SQLite file', error);
  if (code.startsWith('SQLITE_CORRUPT'))
    return runFileInvalid(path, 'it is damaged or was cut short', error);
  if (code === 'SQLITE_ERROR')
    return runFileInvalid(path, 'it has not the layout of a run file', error);
  if (
    code === 'SQLITE_FULL' ||
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    code === 'SQLITE_IOERR_WRITE'
  ) {
    return new OperatorError('DISK_FULL', {
      message: `The disk is full: ${path} could not be written.`,
      hint: 'Free space on the disk of UNWIND_HOME, then go on with `unwind resume`, or plan again if the run had not begun.',
      details: { path },
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new OperatorError('TARGET_LOCKED', {
      message: `${path} is being written by another process.`,
      hint: 'Wait until the other run has ended, then try again.',
      details: { path },
      cause: error,
    });
  }
  if (code === 'ENOENT') {
    return new OperatorError('RUN_NOT_FOUND', {
      message: `There is no run file at ${path}.`,
      hint: 'List the runs with `unwind runs list`.',
      details: { path },
      cause: error,
    });
  }
  if (code === '') return new OperatorError('INTERNAL', bug(path, error));
  return new OperatorError('FILE_FAILED', {
    message: `The run file ${path} could not be used: ${code}.`,
    hint: 'Check the rights on UNWIND_HOME and the disk it is on.',
    details: { path, code },
    cause: error,
  });
}

function bug(path: string, error: unknown): { message: string; hint: string; cause: unknown } {
  const text = error instanceof Error ? error.message : String(error);
  return {
    message: `Unwind could not handle the run file ${path}: ${text}`,
    hint: 'Report this as a bug, with logs/bugs.log of the workspace.',
    cause: error,
  };
}

type Methods = Readonly<Record<string, unknown>>;

/** Wraps each method of `subject` so that what it throws is translated once, here at the edge. */
export function translating<T extends Methods>(subject: T, path: string): T {
  const wrapped = Object.entries(subject).map(([name, member]) => {
    if (typeof member !== 'function') return [name, member];
    const method = member as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]) => {
        try {
          return method(...args);
        } catch (error) {
          throw fromRunFile(error, path);
        }
      },
    ];
  });
  return Object.fromEntries(wrapped) as T;
}

/** Passes on what `values` gives, and translates what it throws on the way: a generator does nothing until it is asked. */
export function* translatingEach<T>(values: Iterable<T>, path: string): Iterable<T> {
  try {
    yield* values;
  } catch (error) {
    throw fromRunFile(error, path);
  }
}

/** As SQLite itself says that a file is damaged. */
export function corrupt(what: string): Error {
  return Object.assign(new Error(what), { code: 'SQLITE_CORRUPT' });
}
