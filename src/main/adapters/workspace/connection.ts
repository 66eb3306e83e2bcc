import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { makeFolder } from '../system/make-folder.ts';
import { fromWorkspace, ledgerInvalid } from './errors.ts';
import { APPLICATION_ID, createSchema, SCHEMA_VERSION } from './schema.ts';

/** How long one process waits for another one that is writing. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Gives `work` the workspace's database and closes it afterwards. Made when it is first written; a reader finds nothing before
 * that, and gets `undefined`.
 */
export function withWorkspace<T>(
  path: string,
  access: 'read' | 'write',
  work: (database: Database.Database) => T,
): T | undefined {
  if (access === 'read' && !existsSync(path)) return undefined;
  let database: Database.Database | undefined;
  try {
    makeFolder(dirname(path));
    database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    // A commit ends with the removal of the journal: not durable before its folder is synced, which FULL leaves out.
    database.pragma('synchronous = EXTRA');
    prepare(database, path);
    return work(database);
  } catch (error) {
    throw fromWorkspace(error, path);
  } finally {
    database?.close();
  }
}

function prepare(database: Database.Database, path: string): void {
  // Two processes may find the file empty at the same time: the lock decides who writes the layout.
  database
    .transaction(() => {
      if (database.pragma('user_version', { simple: true }) !== 0) return;
      if (database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined)
        createSchema(database);
    })
    .immediate();
  const version = database.pragma('user_version', { simple: true });
  const isOurs = database.pragma('application_id', { simple: true }) === APPLICATION_ID;
  if (!isOurs || version !== SCHEMA_VERSION) {
    throw ledgerInvalid(
      path,
      `its layout has version ${String(version)}, this Unwind reads ${String(SCHEMA_VERSION)}`,
    );
  }
}
