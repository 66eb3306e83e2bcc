import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** An entry of the journal, in order. */
export interface JournalEntry {
  readonly kind: 'intent' | 'outcome';
  readonly step: string;
  readonly firstSeq: number;
}

/** An item with what the run file says became of it. */
export interface SeenItem {
  readonly recordId: string;
  readonly fileId: string | null;
  readonly objectKey: string | null;
  readonly quarantineKey: string | null;
  readonly rowState: string;
  readonly objectState: string;
}

/** A run file as plain SQLite reads it. */
export interface SeenRunFile {
  readonly integrity: string;
  readonly state: string;
  readonly snapshotId: string | null;
  readonly journal: readonly JournalEntry[];
  readonly decisions: number;
  readonly items: readonly SeenItem[];
}

/** Reads a copy, so that the file that recovery will meet is the one that the dead process left, log and index included. */
export function readRunFile(path: string): SeenRunFile {
  const folder = mkdtempSync(join(tmpdir(), 'unwind-seen-'));
  const copy = join(folder, 'run.sqlite');
  for (const suffix of ['', '-wal', '-journal']) {
    if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
  }
  const database = new Database(copy);
  try {
    const run = database
      .prepare<[], { state: string; snapshotId: string | null }>(
        'SELECT state, snapshot_id AS snapshotId FROM run',
      )
      .get();
    return {
      integrity: String(database.pragma('integrity_check', { simple: true })),
      state: run?.state ?? 'no run',
      snapshotId: run?.snapshotId ?? null,
      journal: database
        .prepare<[], JournalEntry>(
          'SELECT kind, step, first_seq AS firstSeq FROM journal ORDER BY seq',
        )
        .all(),
      decisions: database.prepare<[], number>('SELECT count(*) FROM decision').pluck().get() ?? 0,
      items: database
        .prepare<[], SeenItem>(
          `SELECT record_id AS recordId, file_id AS fileId, object_key AS objectKey, quarantine_key AS quarantineKey,
             row_state AS rowState, object_state AS objectState FROM item_now ORDER BY seq`,
        )
        .all(),
    };
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Outcomes without an intent, and intents without an outcome. */
export function unpaired(journal: readonly JournalEntry[]): {
  readonly outcomes: readonly JournalEntry[];
  readonly intents: readonly JournalEntry[];
} {
  const open: JournalEntry[] = [];
  const outcomes: JournalEntry[] = [];
  for (const entry of journal) {
    const pair = open.findIndex(
      ({ step, firstSeq }) => step === entry.step && firstSeq === entry.firstSeq,
    );
    if (entry.kind === 'outcome' && pair === -1) outcomes.push(entry);
    // A second intent for the same chunk supersedes the first: recovery leaves what it does again open.
    if (pair !== -1) open.splice(pair, 1);
    if (entry.kind === 'intent') open.push(entry);
  }
  return { outcomes, intents: open };
}
