import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A process that has a file open. */
export interface FileHolder {
  readonly pid: number;
  /** Its name, as the system lists it. */
  readonly command: string;
  /** `folder`: it serves the folder that the file is in, and opens the file when a Worker uses the database. */
  readonly holds: 'file' | 'folder';
}

/** Who has a file open, as far as this user may see; or why that cannot be told here. */
export type FoundHolders =
  | {
      readonly kind: 'found';
      readonly holders: readonly FileHolder[];
      /** Processes whose open files this user may not see. */
      readonly unreadable: number;
    }
  | { readonly kind: 'not-determined'; readonly reason: string };

/**
 * Finds the other processes that have the SQLite file at `path`, its -wal or its -shm open, or miniflare's book-keeping beside it, from
 * /proc, which only Linux has. Opens none of the files: closing one again would drop the locks that SQLite holds on it in this process.
 */
export function findFileHolders(path: string): FoundHolders {
  if (process.platform !== 'linux') {
    return {
      kind: 'not-determined',
      reason: `Which processes have it open is not determined on ${process.platform}.`,
    };
  }
  const real = realpathSync(path);
  const wanted = [real, `${real}-wal`, `${real}-shm`];
  const bookKeeping = join(dirname(real), 'metadata.sqlite');
  const holders: FileHolder[] = [];
  let unreadable = 0;
  for (const pid of processIds()) {
    const files = openFilesOf(pid);
    if (files === undefined) unreadable += 1;
    else if (wanted.some((file) => files.has(file)))
      holders.push({ pid, command: nameOf(pid), holds: 'file' });
    else if (files.has(bookKeeping)) holders.push({ pid, command: nameOf(pid), holds: 'folder' });
  }
  return { kind: 'found', holders, unreadable };
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map(Number);
}

/** `undefined` where this user may not look. */
function openFilesOf(pid: number): ReadonlySet<string> | undefined {
  const folder = `/proc/${String(pid)}/fd`;
  try {
    return new Set(readdirSync(folder).flatMap((descriptor) => linkOf(`${folder}/${descriptor}`)));
  } catch (error) {
    // A process that has ended meanwhile has nothing open.
    return isGone(error) ? new Set() : undefined;
  }
}

function linkOf(path: string): readonly string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    // Closed between listing and looking.
    return [];
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/comm`, 'utf8').trim();
  } catch {
    // It has ended meanwhile; its number is known still.
    return 'a process';
  }
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
  );
}
