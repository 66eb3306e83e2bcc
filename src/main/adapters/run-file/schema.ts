import type Database from 'better-sqlite3';
import { ITEM_VIEW } from './item-columns.ts';

/** `application_id` of a run file: "UNWD" in ASCII, so that `file` and SQLite tools can tell it. */
export const APPLICATION_ID = 0x554e5744;

/** `user_version`: the layout below. A newer one is refused, never guessed at. */
export const SCHEMA_VERSION = 6;

/**
 * The layout. `plan`, `judgement` and `item` never change after planning; `run`, `step`, `item_state` and the append-only tables tell the
 * run. Readable with plain `sqlite3`; `item_now` is the table to look at.
 *
 * A plan says the same of thousands of items: that is one row of `judgement` (see `ITEM_COLUMNS`), so that an item takes 350 bytes and not
 * 700. What became of an item is not written over it: its state takes some 20 bytes, and a run changes every state. A NULL in `item` means
 * "as judged" and one in `item_state` "as planned", except for `state_detail`.
 *
 * `alike` says how many items have one judgement and one state, while the run rests: then nobody has to count a million of them. It is
 * written with the plan and whenever the run comes to rest, and emptied together with the first state that changes after that.
 *
 * The stage of an item is the first whose `last_seq` is not before it (NULL: the last stage), unless `deferred` names a later one.
 */
const TABLES = `
  CREATE TABLE plan (id INTEGER PRIMARY KEY CHECK (id = 1), run_id TEXT NOT NULL, digest TEXT NOT NULL, json TEXT NOT NULL);
  CREATE TABLE run (
    id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, started_at TEXT, finished_at TEXT, reason TEXT, started_by TEXT,
    run_time TEXT, snapshot_id TEXT, error TEXT, verification TEXT
  );
  CREATE TABLE judgement (
    id INTEGER PRIMARY KEY, batch_id TEXT NOT NULL, verdict TEXT NOT NULL, row_action TEXT NOT NULL, object_action TEXT NOT NULL,
    has_file INTEGER NOT NULL, before_status TEXT, after_status TEXT, object_proof TEXT NOT NULL, original_proof TEXT NOT NULL,
    row_state TEXT NOT NULL, object_state TEXT NOT NULL,
    before_completed_at TEXT, before_r2_key TEXT, before_updated_at TEXT, before_marks TEXT,
    after_completed_at TEXT, after_r2_key TEXT, after_checksum TEXT, after_updated_at TEXT, after_marks TEXT,
    facts_key TEXT, object_detail TEXT NOT NULL, original_detail TEXT NOT NULL, held_detail TEXT, held_fix TEXT, quarantine_key TEXT
  );
  CREATE TABLE item (
    seq INTEGER PRIMARY KEY, judgement INTEGER NOT NULL, record_id TEXT NOT NULL, file_id TEXT, user_id TEXT, filename TEXT,
    source_path TEXT, object_key TEXT,
    before_completed_at TEXT, before_checksum TEXT, before_updated_at TEXT, facts_size INTEGER, facts_etag TEXT, facts_modified TEXT,
    object_sha256 TEXT, held_reason TEXT, before_r2_key TEXT, before_marks TEXT,
    after_completed_at TEXT, after_r2_key TEXT, after_checksum TEXT, after_updated_at TEXT, after_marks TEXT,
    facts_key TEXT, object_detail TEXT, original_detail TEXT, held_detail TEXT, held_fix TEXT, quarantine_key TEXT, state_detail TEXT
  );
  CREATE TABLE item_state (
    seq INTEGER PRIMARY KEY, row_state TEXT, object_state TEXT, object_sha256 TEXT, state_detail TEXT
  );
  CREATE TABLE alike (judgement INTEGER NOT NULL, row_state TEXT, object_state TEXT, n INTEGER NOT NULL);
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
  CREATE TABLE stage (
    number INTEGER PRIMARY KEY, checkpoint TEXT, files INTEGER NOT NULL, rows INTEGER NOT NULL, objects INTEGER NOT NULL,
    bytes INTEGER NOT NULL, last_seq INTEGER, ended_at TEXT
  );
  CREATE TABLE deferred (seq INTEGER PRIMARY KEY, stage INTEGER NOT NULL);
  CREATE TABLE checkpoint (
    position INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, label TEXT NOT NULL, at TEXT NOT NULL,
    stage INTEGER NOT NULL, rows_done INTEGER NOT NULL, objects_done INTEGER NOT NULL, drifted INTEGER NOT NULL, truth TEXT NOT NULL
  );
  CREATE TABLE applied_batch (batch_id TEXT PRIMARY KEY, json TEXT NOT NULL);
`;

/** Costs nothing for an item that is not held. */
const HELD_INDEX = `CREATE INDEX item_held ON item (held_reason) WHERE held_reason IS NOT NULL`;

/** Made after the items are in: filling a table with its index in place costs several times as much. */
const KEY_INDEX = `CREATE INDEX item_object_key ON item (object_key) WHERE object_key IS NOT NULL`;

/** Twice SQLite's own: half as many pages to hand to the operating system, and a commit of a chunk still writes few bytes. */
export const PAGE_BYTES = 8_192;

/** Writes the layout into an empty database. */
export function createSchema(database: Database.Database): void {
  database.pragma(`page_size = ${String(PAGE_BYTES)}`);
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

/** Adds the index of foreign references by object key, unless it is there: as many as there are rows may point at the plan's objects. */
export function createReferenceIndex(database: Database.Database): void {
  database.exec('CREATE INDEX IF NOT EXISTS reference_object_key ON reference (object_key)');
}
