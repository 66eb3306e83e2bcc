import { setTimeout } from 'node:timers/promises';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { Lease, LeaseHolder, Leases } from '../../core/ports/lease.ts';
import { targetLocked } from '../../core/ports/target-locked.ts';
import type { Connection } from './connection.ts';
import { isBusy } from './errors.ts';
import {
  clearHolder,
  ensureLeaseFile,
  findLeaseFile,
  fromLeaseFile,
  leaseFilePath,
  readLease,
  writeHolder,
} from './lease-file.ts';

type Request = Parameters<Leases['acquire']>[0];

const pauseMs = 10;
/** A lock that is held for good may be met: only those who take it for a moment (to write a name, to look) are waited for. */
const briefly = 6;
/** Nobody can hold the lock for longer than a moment. */
const patiently = 200;

/** The database, and where a test may end the process. */
export interface D1LeaseOptions {
  readonly path: string;
  readonly crashAt?: CrashAt;
}

/**
 * The leases of a D1 file. The right itself is SQLite's write lock on a file beside the database (`….unwind-lease`): the
 * operating system takes it back when the process ends, however it ends. The file also holds the last token and holder.
 *
 * Acquiring, so that the name can be read while the lock is held:
 *  1. lock, write the next token and the own name, commit (which gives the lock back for a moment)
 *  2. lock again, and keep the lock until the release
 *  3. read the token: where it has grown, another was faster, and the lock goes to it
 * Of processes that race, the one with the greatest token wins: no other gets past 3.
 *
 * Works between processes of one machine, not over a network share.
 */
export function d1Leases({ path, crashAt = NO_CRASH }: D1LeaseOptions): Leases {
  return {
    acquire: (request) => acquire(path, request, crashAt),
    find: () => find(path),
  };
}

async function acquire(path: string, request: Request, crashAt: CrashAt): Promise<Lease> {
  const file = leaseFilePath(path);
  let connection: Connection | undefined;
  try {
    const opened = await unlessBusy(patiently, () => ensureLeaseFile(path, file));
    if (opened === 'busy') throw targetLocked(path, undefined);
    connection = opened;
    const token = await writeName(opened, request);
    crashAt('lease.after-name');
    if (token === 'busy' || !(await keepLock(opened, token))) {
      throw targetLocked(path, readLease(opened).holder);
    }
    return leaseOf(opened, { ...request, token });
  } catch (error) {
    connection?.close();
    throw fromLeaseFile(error, { doing: 'Taking the lease in', path: file });
  }
}

/** Step 1. */
function writeName(
  connection: Connection,
  { operator, runId, at }: Request,
): Promise<number | 'busy'> {
  const write = connection.transaction(() =>
    writeHolder(connection, { operator, runId, since: at }),
  );
  return unlessBusy(briefly, () => write.immediate());
}

/** Steps 2 and 3. False when another has written its name since. */
async function keepLock(connection: Connection, token: number): Promise<boolean> {
  const isOurs = await unlessBusy(patiently, () => {
    // Read before locking too: whoever has written a greater token may already hold the lock for good.
    if (readLease(connection).token !== token) return false;
    connection.exec('BEGIN IMMEDIATE');
    return readLease(connection).token === token;
  });
  return isOurs === true;
}

function leaseOf(
  connection: Connection,
  { operator, runId, at, token }: Request & { readonly token: number },
): Lease {
  return {
    holder: { operator, runId, since: at, token },
    // The operating system takes the lock back only when this process ends.
    check: () => Promise.resolve(),
    release: () => {
      if (connection.open) giveBack(connection);
      return Promise.resolve();
    },
  };
}

function giveBack(connection: Connection): void {
  try {
    clearHolder(connection);
    connection.exec('COMMIT');
  } catch {
    // The disk may be full. The right goes with the connection; a name that stays is shown to nobody while the lock is free.
  } finally {
    connection.close();
  }
}

async function find(path: string): Promise<LeaseHolder | undefined> {
  const file = leaseFilePath(path);
  let connection: Connection | undefined;
  try {
    const opened = findLeaseFile(file);
    if (opened === undefined) return undefined;
    connection = opened;
    const probe = opened.transaction(() => 'free' as const);
    const found = await unlessBusy(briefly, () => probe.immediate());
    return found === 'free' ? undefined : readLease(opened).holder;
  } catch (error) {
    throw fromLeaseFile(error, { doing: 'Looking at the lease in', path: file });
  } finally {
    connection?.close();
  }
}

/** Tries `work` again while another process has the lock, at most `attempts` times. */
async function unlessBusy<T>(attempts: number, work: () => T): Promise<T | 'busy'> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    if (attempt < attempts) await setTimeout(pauseMs);
  }
  return 'busy';
}
