import type Database from 'better-sqlite3';

/** `application_id` of the workspace's database: "UNWW" in ASCII. */
export const APPLICATION_ID = 0x554e5757;

/** `user_version`: the layout below. Another one is refused, never guessed at. */
export const SCHEMA_VERSION = 2;

const TABLES = `
  CREATE TABLE debt (
    run_id TEXT PRIMARY KEY, kind TEXT NOT NULL, target_name TEXT NOT NULL, target_fingerprint TEXT NOT NULL,
    scope_in_words TEXT NOT NULL, opened_at TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE debt_item (
    run_id TEXT NOT NULL, seq INTEGER NOT NULL, record_id TEXT NOT NULL, file_id TEXT, object_key TEXT NOT NULL, size_bytes INTEGER, etag TEXT,
    object_removed INTEGER NOT NULL, settled_by TEXT, settled_at TEXT, PRIMARY KEY (run_id, seq)
  ) WITHOUT ROWID;
  CREATE TABLE entered_run (run_id TEXT PRIMARY KEY, ended TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE begun_run (
    run_id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject_run_id TEXT, target_name TEXT NOT NULL, target_fingerprint TEXT NOT NULL,
    scope TEXT NOT NULL, scope_in_words TEXT NOT NULL, path TEXT NOT NULL, begun_at TEXT NOT NULL, has_ended INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE run_files_taken_up (once INTEGER PRIMARY KEY);
  CREATE TABLE safe_mode_reason (
    seq INTEGER PRIMARY KEY, target_fingerprint TEXT NOT NULL, target_name TEXT NOT NULL, run_id TEXT NOT NULL, at TEXT NOT NULL,
    by TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL, facts TEXT NOT NULL, ended_at TEXT, ended_by TEXT, ended_why TEXT
  );
`;

/**
 * Made when a second debt of a target comes, and not before: a debt of a million files is written in the order of its run file, and
 * ids and keys have none, so that each would be a page of its own.
 */
const LOOK_UP_INDEXES = `
  CREATE INDEX IF NOT EXISTS debt_item_key ON debt_item (object_key);
  CREATE INDEX IF NOT EXISTS debt_item_record ON debt_item (record_id);
`;

/** Makes items findable by record and by object key. */
export function indexItems(database: Database.Database): void {
  database.exec(LOOK_UP_INDEXES);
}

/** Writes the layout into an empty database. */
export function createSchema(database: Database.Database): void {
  database.exec(TABLES);
  database.pragma(`application_id = ${String(APPLICATION_ID)}`);
  database.pragma(`user_version = ${String(SCHEMA_VERSION)}`);
}
