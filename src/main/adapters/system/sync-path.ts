import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';

function syncOpened(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Flushes the content of a file to the disk. */
export function syncFile(path: string): void {
  // Windows flushes only what is open for writing.
  syncOpened(path, 'r+');
}

/** As `syncFile`, for large files: this thread goes on meanwhile. */
export async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes the entries of a folder to the disk: which names it holds, after a file was made or renamed in it. */
export function syncFolder(path: string): void {
  // Windows cannot open a folder and keeps its entries in a journal of its own.
  if (process.platform !== 'win32') syncOpened(path, 'r');
}
