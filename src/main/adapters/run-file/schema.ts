import type Database from 'better-sqlite3';
import { ITEM_COLUMN_NAMES } from './item-rows.ts';

/** `application_id` of a run file: "UNWD" in ASCII, so that `file` and SQLite tools can tell it. */
export const APPLICATION_ID = 0x554e5744;

/** `user_version`: the layout below. A newer one is refused, never guessed at. */
export const SCHEMA_VERSION = 4;

/**
 * The layout. `plan` and `item` never change after planning; `run`, `step`, `item_state` and the append-only tables tell the run.
 * Readable with plain `sqlite3`; `item_now` is the table to look at.
 *
 * What became of an item is not written over it: an item takes some 700 bytes, its state some 20, and a run changes every state. A
 * NULL in `item_state` means "as planned", except for `state_detail`.
 */
const TABLES = `
  CREATE TABLE plan (id INTEGER PRIMARY KEY CHECK (id = 1), run_id TEXT NOT NULL, digest TEXT NOT NULL, json TEXT NOT NULL);
  CREATE TABLE run (
    id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, started_at TEXT, finished_at TEXT, reason TEXT, started_by TEXT,
    run_time TEXT, snapshot_id TEXT, error TEXT, verification TEXT
  );
  CREATE TABLE item (
    seq INTEGER PRIMARY KEY, record_id TEXT NOT NULL, batch_id TEXT NOT NULL, file_id TEXT, user_id TEXT, filename TEXT,
    source_path TEXT, object_key TEXT, verdict TEXT NOT NULL, row_action TEXT NOT NULL, object_action TEXT NOT NULL,
    has_file INTEGER NOT NULL,
    before_status TEXT, before_completed_at TEXT, before_r2_key TEXT, before_checksum TEXT, before_updated_at TEXT, before_marks TEXT,
    after_status TEXT, after_completed_at TEXT, after_r2_key TEXT, after_checksum TEXT, after_updated_at TEXT, after_marks TEXT,
    facts_key TEXT, facts_size INTEGER, facts_etag TEXT, facts_modified TEXT,
    object_proof TEXT NOT NULL, object_detail TEXT NOT NULL, original_proof TEXT NOT NULL, original_detail TEXT NOT NULL,
    held_reason TEXT, held_detail TEXT, held_fix TEXT,
    object_sha256 TEXT, quarantine_key TEXT, row_state TEXT NOT NULL, object_state TEXT NOT NULL, state_detail TEXT
  );
  CREATE TABLE item_state (
    seq INTEGER PRIMARY KEY, row_state TEXT, object_state TEXT, object_sha256 TEXT, state_detail TEXT
  );
  CREATE TABLE reference (object_key TEXT NOT NULL, table_name TEXT NOT NULL, row_id TEXT NOT NULL, file_id TEXT, status TEXT);
  CREATE TABLE step (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL, started_at TEXT, finished_at TEXT
  );
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('intent', 'outcome')),
    step TEXT NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER, item_count INTEGER NOT NULL, note TEXT,
    removed_bytes INTEGER
  );
  CREATE TABLE decision (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, step TEXT NOT NULL, decision TEXT NOT NULL, sentence TEXT NOT NULL
  );
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operator TEXT NOT NULL, event TEXT NOT NULL, data TEXT NOT NULL
  );
  CREATE TABLE applied_batch (batch_id TEXT PRIMARY KEY, json TEXT NOT NULL);
`;

/** The columns that `item_state` overrides. */
const STATES: ReadonlySet<string> = new Set(['row_state', 'object_state', 'object_sha256']);

/** Items with what became of them, under the column names of `item`. */
const ITEM_VIEW = `CREATE VIEW item_now AS SELECT ${ITEM_COLUMN_NAMES.map(currentColumn).join(', ')}
  FROM item LEFT JOIN item_state AS state ON state.seq = item.seq`;

function currentColumn(name: (typeof ITEM_COLUMN_NAMES)[number]): string {
  if (STATES.has(name)) return `coalesce(state.${name}, item.${name}) AS ${name}`;
  if (name === 'state_detail') {
    return `CASE WHEN state.seq IS NULL THEN item.${name} ELSE state.${name} END AS ${name}`;
  }
  return `item.${name}`;
}

/** Costs nothing for an item that is not held. */
const HELD_INDEX = `CREATE INDEX item_held ON item (held_reason) WHERE verdict = 'held'`;

/** Made after the items are in: filling a table with its index in place costs several times as much. */
const KEY_INDEX = `CREATE INDEX item_object_key ON item (object_key) WHERE object_key IS NOT NULL`;

/** Writes the layout into an empty database. */
export function createSchema(database: Database.Database): void {
  database.exec(TABLES);
  database.exec(ITEM_VIEW);
  database.exec(HELD_INDEX);
  database.pragma(`application_id = ${String(APPLICATION_ID)}`);
  database.pragma(`user_version = ${String(SCHEMA_VERSION)}`);
}

/** Adds the index of items by object key, once: what points at an object is looked up by it. */
export function createKeyIndex(database: Database.Database): void {
  database.exec(KEY_INDEX);
}
