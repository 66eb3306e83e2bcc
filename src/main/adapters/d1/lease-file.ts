import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { Operator } from '../../../shared/domain/target.ts';
import type { LeaseHolder } from '../../core/ports/lease.ts';
import type { Connection } from './connection.ts';
import { type Attempt, fromFileSystem, fromSqlite } from './errors.ts';
import { realPathOf } from './real-path.ts';

const StoredHolder = z.strictObject({ operator: Operator, runId: z.string(), since: z.string() });
type StoredHolder = z.infer<typeof StoredHolder>;

/** What the lease file says: the last token given out, and to whom (`undefined` after a release). */
export interface LeaseRecord {
  readonly token: number;
  readonly holder: LeaseHolder | undefined;
}

/** The lease file of a D1 file: beside it, named for its real path, and never taken for a database (no `.sqlite`). */
export function leaseFilePath(databasePath: string): string {
  return `${realPathOf(databasePath)}.unwind-lease`;
}

/**
 * Opens the lease file at `path` and makes it where it is missing, with the permissions of the database: whoever may change the
 * database must be able to lock it. Waits for no lock.
 */
export function ensureLeaseFile(databasePath: string, path: string): Connection {
  if (!existsSync(path)) createLike(databasePath, path);
  const connection = new Database(path, { fileMustExist: true, timeout: 0 });
  try {
    prepareFile(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Opens the lease file at `path` if there is one that has been prepared. Waits for no lock. */
export function findLeaseFile(path: string): Connection | undefined {
  if (!existsSync(path)) return undefined;
  const connection = new Database(path, { fileMustExist: true, timeout: 0 });
  if (hasTable(connection)) return connection;
  connection.close();
  return undefined;
}

/** What was committed last; readable while another process holds the lock, because the file is in WAL mode. */
export function readLease(connection: Connection): LeaseRecord {
  const row = connection
    .prepare<[], { token: number; holder: string | null }>('SELECT token, holder FROM lease')
    .get();
  if (row === undefined) return { token: 0, holder: undefined };
  if (row.holder === null) return { token: row.token, holder: undefined };
  const stored = StoredHolder.parse(JSON.parse(row.holder));
  return { token: row.token, holder: { ...stored, token: row.token } };
}

/** Writes a new holder under the next token, or that there is none. Needs the lock. */
export function writeHolder(connection: Connection, holder: StoredHolder): number {
  const token = readLease(connection).token + 1;
  connection.prepare('UPDATE lease SET token = ?, holder = ?').run(token, JSON.stringify(holder));
  return token;
}

/** Takes the holder's name off the lease; the token stays, so that the next one is greater. Needs the lock. */
export function clearHolder(connection: Connection): void {
  connection.prepare('UPDATE lease SET holder = NULL').run();
}

/**
 * Turns what the lease file threw into ours. What makes it unreadable is no fault of the database: it holds a name and a number, and can be
 * made again while nobody holds the right.
 */
export function fromLeaseFile(error: unknown, attempt: Attempt): OperatorError {
  const isContent = error instanceof SyntaxError || error instanceof z.ZodError;
  const known = isContent ? undefined : fromSqlite(error, attempt);
  const sqliteCode = known?.details['sqliteCode'];
  const isLayout = sqliteCode === 'SQLITE_ERROR';
  if (known !== undefined && known.code !== 'DATABASE_INVALID' && !isLayout) return known;
  return new OperatorError('LEASE_INVALID', {
    message: `${attempt.doing} ${attempt.path} failed: the lease file is damaged${isContent ? ', its holder cannot be read' : ''}.`,
    hint: 'Make sure that no Unwind works on this database. Then move the file away, with those beside it that begin with its name: it is made again.',
    details: { path: attempt.path, ...(sqliteCode === undefined ? {} : { sqliteCode }) },
    cause: error,
  });
}

function createLike(databasePath: string, path: string): void {
  try {
    // 'wx' never opens a file that is there: closing it again would drop this process's POSIX locks on it.
    const descriptor = openSync(path, 'wx');
    closeSync(descriptor);
    chmodSync(path, statSync(databasePath).mode & 0o666);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw fromFileSystem(error, { doing: 'Creating the lease file', path });
  }
}

function prepareFile(connection: Connection): void {
  if (connection.pragma('journal_mode', { simple: true }) !== 'wal') {
    connection.pragma('journal_mode = WAL');
  }
  if (hasTable(connection)) return;
  connection.exec(`BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS lease (only INTEGER PRIMARY KEY CHECK (only = 1), token INTEGER NOT NULL, holder TEXT);
    INSERT OR IGNORE INTO lease (only, token, holder) VALUES (1, 0, NULL);
    COMMIT`);
}

function hasTable(connection: Connection): boolean {
  const found = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'lease'").get();
  return found !== undefined;
}
