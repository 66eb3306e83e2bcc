import { randomBytes } from 'node:crypto';
import { readFile, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperatorError, toOperatorError } from '../../../shared/domain/operator-error.ts';
import type { WorkspaceDisk } from '../../core/ports/workspace-disk.ts';
import { errnoOf } from './file-error.ts';
import { makeFolder } from './make-folder.ts';
import { writeAtomically } from './write-atomically.ts';

/** The disk under a workspace folder. */
export function workspaceDisk(path: string): WorkspaceDisk {
  return {
    path,
    readFreeBytes: () => translating(path, () => freeBytesAt(path)),
    proveWritable: () => translating(path, () => writeAndRemove(path)),
  };
}

async function freeBytesAt(path: string): Promise<number> {
  try {
    // What this user may use: root alone may use what is reserved beyond it.
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    // A workspace that does not exist yet will be made where the nearest folder above it is.
    if (errnoOf(error) === 'ENOENT' && dirname(path) !== path) return freeBytesAt(dirname(path));
    throw error;
  }
}

async function writeAndRemove(path: string): Promise<number> {
  makeFolder(path);
  const probe = join(path, `.preflight-${randomBytes(6).toString('hex')}`);
  const content = randomBytes(2_048).toString('hex');
  const startedMs = performance.now();
  try {
    await writeAtomically(probe, content, { mode: 0o600 });
    const tookMs = performance.now() - startedMs;
    if ((await readFile(probe, 'utf8')) === content) return tookMs;
    throw new OperatorError('FILE_FAILED', {
      message: `A file written to the workspace ${path} came back with another content.`,
      hint: 'Check the disk and the system log before anything is kept there.',
      details: { path },
    });
  } finally {
    await rm(probe, { force: true });
  }
}

async function translating<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw toOperatorError(error);
    const isFull = errno === 'ENOSPC' || errno === 'EDQUOT';
    throw new OperatorError(isFull ? 'DISK_FULL' : 'FILE_FAILED', {
      message: `The workspace ${path} cannot be written: ${isFull ? 'its disk is full' : 'the operating system refused'} (${errno}).`,
      hint: isFull
        ? 'Free space on that disk, or set UNWIND_HOME to a folder on another one.'
        : 'Give your user the right to write there, or set UNWIND_HOME to another folder.',
      details: { path, errno },
      cause: error,
    });
  }
}
