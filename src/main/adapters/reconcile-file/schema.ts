import type Database from 'better-sqlite3';

/** `application_id` of a reconcile report: "UNWR" in ASCII, so that `file` and SQLite tools can tell it. */
export const APPLICATION_ID = 0x554e5752;

/** `user_version`: the layout below. Another one is refused, never guessed at. */
export const SCHEMA_VERSION = 1;

/**
 * The layout. `suspicion` is what seemed wrong while the report was made; `finding` is what was still wrong at its end, with
 * positions from 1 without a gap. Readable with plain `sqlite3`.
 */
const TABLES = `
  CREATE TABLE report (
    id INTEGER PRIMARY KEY CHECK (id = 1), report_id TEXT NOT NULL, header TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
    state TEXT NOT NULL, last_key TEXT, last_suspicion INTEGER NOT NULL, objects INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
    row_count INTEGER NOT NULL, settled INTEGER
  );
  CREATE TABLE suspicion (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, table_name TEXT, row_id TEXT, file_id TEXT, status TEXT,
    recorded_size INTEGER, object_size INTEGER, last_modified TEXT, settled INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE finding (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, table_name TEXT, row_id TEXT, file_id TEXT, status TEXT,
    recorded_size INTEGER, object_size INTEGER, last_modified TEXT
  );
  CREATE TABLE folder (name TEXT PRIMARY KEY, objects INTEGER NOT NULL, size_bytes INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE quarantine (run_id TEXT PRIMARY KEY, objects INTEGER NOT NULL, size_bytes INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Writes the layout into an empty database. */
export function createSchema(database: Database.Database): void {
  database.exec(TABLES);
  database.pragma(`application_id = ${String(APPLICATION_ID)}`);
  database.pragma(`user_version = ${String(SCHEMA_VERSION)}`);
}
