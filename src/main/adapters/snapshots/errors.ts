import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** The error for a snapshot that cannot be trusted, naming what differs. */
export function snapshotInvalid(snapshotId: string, what: string, cause?: unknown): OperatorError {
  return new OperatorError('SNAPSHOT_INVALID', {
    message: `Snapshot ${snapshotId} cannot be trusted: ${what}.`,
    hint: 'Do not rely on it. Nothing is written to a target before a snapshot has been read back whole.',
    details: { snapshotId },
    cause,
  });
}

/** The error for an id that no snapshot and no backup has. */
export function snapshotNotFound(snapshotId: string): OperatorError {
  return new OperatorError('SNAPSHOT_NOT_FOUND', {
    message: `This workspace has neither a snapshot nor a backup ${snapshotId}.`,
    hint: 'See what there is with `unwind snapshots list`.',
    details: { snapshotId },
  });
}

/**
 * The error for a part of a snapshot that could not be read to its end: a file that is missing or whose content is wrong is damage, one that
 * the system does not let us read (rights, descriptors, a disk that fails) says nothing about the snapshot.
 */
export function unreadablePart(
  error: unknown,
  part: { readonly snapshotId: string; readonly path: string; readonly what: string },
): OperatorError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  const isOfSystem = error instanceof Error && 'syscall' in error;
  return isOfSystem && !isMissing
    ? fromSnapshotFile(error, part.path)
    : snapshotInvalid(part.snapshotId, part.what, error);
}

/** Turns a file-system error about a snapshot into ours. Reads errno codes only. */
export function fromSnapshotFile(error: unknown, path: string): OperatorError {
  if (error instanceof OperatorError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new OperatorError('DISK_FULL', {
      message: `The disk is full: the snapshot at ${path} could not be written. The target was not changed.`,
      hint: 'Free space on the disk of UNWIND_HOME, then resume the run.',
      details: { path },
      cause: error,
    });
  }
  return new OperatorError('FILE_FAILED', {
    message: `The snapshot at ${path} could not be used: ${code}.`,
    hint: 'Check the rights on UNWIND_HOME and the disk it is on.',
    details: { path, code },
    cause: error,
  });
}
