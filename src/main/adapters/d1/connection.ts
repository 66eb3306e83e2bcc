import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { fromFileSystem, translating } from './errors.ts';

/** A D1 file and how long SQLite waits for a lock that another process holds. */
export interface D1File {
  readonly path: string;
  readonly busyTimeoutMs: number;
}

export type Connection = Database.Database;

/**
 * Pages that a reading session keeps. Ids are looked up all over the file: with SQLite's 2 MiB every look-up of a large table reads its
 * pages again. More than this costs more than it saves: memory that is touched for the first time is slower than a page that the system
 * has in its cache.
 */
const READER_CACHE_KIB = 8_192;

/** The same for writing: what a chunk changed has its place beside the pages that its rows are found by. */
const WRITER_CACHE_KIB = 16_384;

/**
 * Opens the file for reading. SQLite itself keeps the session from writing, twice: the file is opened read-only and
 * `query_only` refuses every statement that would write.
 *
 * In a WAL database SQLite may still create or grow the -shm file: it is the index of the log and holds no data.
 */
export function openReadOnly(file: D1File): Connection {
  requireDatabaseFile(file.path);
  return translating({ doing: 'Opening', path: file.path }, () => {
    const connection = new Database(file.path, {
      readonly: true,
      fileMustExist: true,
      timeout: file.busyTimeoutMs,
    });
    connection.pragma('query_only = ON');
    connection.pragma(`cache_size = -${String(READER_CACHE_KIB)}`);
    return connection;
  });
}

const CHECKPOINT_PAGES = 16_384;

/** Opens the file for writing: a COMMIT returns after the data was fsynced, in WAL mode too (SQLite's default there is less). */
export function openWritable(file: D1File): Connection {
  requireDatabaseFile(file.path);
  return translating({ doing: 'Opening', path: file.path }, () => {
    const connection = new Database(file.path, {
      fileMustExist: true,
      timeout: file.busyTimeoutMs,
    });
    connection.pragma('synchronous = FULL');
    connection.pragma(`cache_size = -${String(WRITER_CACHE_KIB)}`);
    // A chunk alone fills SQLite's 1,000 pages, so that each commit would write everything twice and sync four times.
    connection.pragma(`wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
    return connection;
  });
}

/** Runs `work`; when it throws, the session does not outlive it. */
export function closingOnError<T>(session: Connection, work: () => T): T {
  try {
    return work();
  } catch (error) {
    session.close();
    throw error;
  }
}

/** SQLite would take an empty file for a new database and a folder for a broken one: both are the wrong path. */
function requireDatabaseFile(path: string): void {
  const facts = lookAt(path);
  if (facts.isFile() && facts.size > 0) return;
  throw new OperatorError('DATABASE_INVALID', {
    message: facts.isFile()
      ? `The D1 file ${path} is empty (0 bytes): it was never migrated into, or a copy of it was cut off.`
      : `${path} is not a file, so it cannot be opened as a D1 database.`,
    hint: 'Check D1_LOCAL_PATH. "unwind config show" says where its value comes from.',
    details: { path },
  });
}

function lookAt(path: string): { isFile(): boolean; readonly size: number } {
  try {
    return statSync(path);
  } catch (error) {
    throw fromFileSystem(error, { doing: 'Opening the D1 database', path });
  }
}
