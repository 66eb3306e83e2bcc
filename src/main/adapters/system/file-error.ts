import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** What a failed call on a file was for. */
export interface FileAttempt {
  readonly path: string;
  /** What could not be done, without a full stop: "The vault /w/vault.json could not be read". */
  readonly failure: string;
  readonly hint: string;
}

/** A failed call on a file as operators read it: DISK_FULL or FILE_FAILED. What is an `OperatorError` already stays as it is. */
export function fileError(error: unknown, { path, failure, hint }: FileAttempt): OperatorError {
  if (error instanceof OperatorError) return error;
  const code = errnoOf(error) ?? 'unknown';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new OperatorError(isFull ? 'DISK_FULL' : 'FILE_FAILED', {
    message: `${failure}: ${isFull ? 'the disk is full' : code}.`,
    hint,
    details: { path, code },
    cause: error,
  });
}

/** The code of a failed system call, as ENOENT; `undefined` for anything else. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
