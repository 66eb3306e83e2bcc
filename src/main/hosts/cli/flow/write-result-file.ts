import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';

/** A file that a command was asked to write. */
export interface ResultFile {
  readonly path: string;
  /** What it holds, for the message when it cannot be written: `The findings`. */
  readonly what: string;
  /** What is still there when it cannot be written, and where, for the hint. */
  readonly instead: string;
}

/**
 * Writes beside the file and renames: what bears the name is whole, which a collector that reads it at any moment relies on. Synced
 * before it gets the name.
 * @throws FILE_FAILED @throws DISK_FULL; a file that stood there before is untouched then.
 */
export async function writeResultFile(
  file: ResultFile,
  content: string | AsyncIterable<string>,
): Promise<void> {
  const temporary = `${file.path}.${randomBytes(4).toString('hex')}.partial`;
  try {
    await pipeline(
      Readable.from(typeof content === 'string' ? [content] : content),
      createWriteStream(temporary, { flags: 'wx', flush: true }),
    );
    await rename(temporary, file.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw notWritten(file, error);
  }
}

function notWritten({ path, what, instead }: ResultFile, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof OperatorError || !/^E[A-Z]+$/.test(code)) return error;
  return new OperatorError(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_FAILED', {
    message: `${what} could not be written to ${path}: ${code}.`,
    hint: `Name a file in a folder that exists and can be written, with enough room. ${instead}`,
    details: { path, code },
    cause: error,
  });
}
