import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { codeOf } from './errors.ts';

/** Lets go of a lock. */
export type Release = () => void;

const POLL_MS = 25;

/**
 * Takes an exclusive lock that the operating system drops when its process dies, however it dies.
 *
 * It is SQLite's own file lock on an empty database, so there is no stale lock to clean up and no pid to believe.
 * Returns `undefined` when somebody else (also another thread of this process) holds it.
 */
export function tryLock(file: string): Release | undefined {
  const database = new Database(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return () => database.close();
  } catch (error) {
    database.close();
    if (codeOf(error) === 'SQLITE_BUSY') return undefined;
    throw error;
  }
}

/** Whether somebody holds the lock; `false` also where its file does not exist. */
export function isLocked(file: string): boolean {
  try {
    const database = new Database(file, { timeout: 0, fileMustExist: true });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    if (codeOf(error) === 'SQLITE_BUSY') return true;
    if (codeOf(error) === 'SQLITE_CANTOPEN') return false;
    throw error;
  }
}

/** Takes the lock, waiting up to `timeoutMs` for its holder. `undefined`: it was held all that time. */
export async function waitForLock(file: string, timeoutMs: number): Promise<Release | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const release = tryLock(file);
    if (release !== undefined || performance.now() >= deadline) return release;
    await sleep(POLL_MS);
  }
}

/** What lives as long as this process: a lock that nothing refers to would be closed with its database by the garbage collector. */
const heldUntilExit: Release[] = [];

/**
 * Takes the lock for the rest of this process's life, waiting up to `timeoutMs` for its holder. Only the system lets go of it, so that a
 * lock which is free proves that the process is gone. `false`: it was held all that time.
 */
export async function holdUntilExit(file: string, timeoutMs: number): Promise<boolean> {
  const release = await waitForLock(file, timeoutMs);
  if (release === undefined) return false;
  heldUntilExit.push(release);
  return true;
}
