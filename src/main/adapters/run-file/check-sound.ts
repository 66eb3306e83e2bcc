import type Database from 'better-sqlite3';
import type { StepName } from '../../../shared/domain/plan.ts';
import { runFileInvalid } from './errors.ts';
import { isAlikeTrue } from './item-counts.ts';

/** Which column of `item_state` an outcome of a step says something in; steps without items are left out. */
const STATE_OF_STEP: Partial<Record<StepName, 'row_state' | 'object_state'>> = {
  'reset-rows': 'row_state',
  'restore-rows': 'row_state',
  'drop-columns': 'row_state',
  'quarantine-objects': 'object_state',
  'restore-objects': 'object_state',
  'delete-objects': 'object_state',
  'purge-objects': 'object_state',
};

/** Tables to which rows are only ever added, each with the next number. */
const APPEND_ONLY = ['journal', 'decision', 'audit'] as const;

const KNOWN_STATES = `'none', 'planned', 'quarantined', 'done', 'drifted', 'failed'`;

interface Entry {
  readonly kind: 'intent' | 'outcome';
  readonly step: StepName;
  readonly first_seq: number;
  readonly last_seq: number | null;
  readonly item_count: number;
}

/**
 * Reads the whole file and compares its parts with each other: what the plan's digest does not cover, recovery believes.
 *
 * SQLite finds a page that is no page, and an index that does not fit its table. It does not find a page that was lost on its way to
 * the disk, so that an older one stands there: then the journal, the states of the items and the steps contradict each other.
 * @throws RUN_FILE_INVALID naming what does not fit. Changes nothing.
 */
export function checkSound(database: Database.Database, path: string): void {
  const refuse = (what: string): never => {
    throw runFileInvalid(path, what);
  };
  const found = database.pragma('integrity_check(1)', { simple: true });
  if (found !== 'ok') refuse(`it is damaged: ${String(found)}`);
  for (const table of APPEND_ONLY) {
    if (!isGapless(database, table)) refuse(`entries of its ${table} are missing`);
  }
  const strange = database
    .prepare<[], number>(
      `SELECT count(*) FROM item_state WHERE row_state NOT IN (${KNOWN_STATES}) OR object_state NOT IN (${KNOWN_STATES})`,
    )
    .pluck()
    .get();
  if (strange !== 0) refuse(`${String(strange)} of its items are in a state that does not exist`);
  const contradiction = contradictionIn(database);
  if (contradiction !== undefined) refuse(contradiction);
}

/** SQLite keeps the last number that it gave out apart from the rows, so that a lost end is seen as well as a gap. */
function isGapless(database: Database.Database, table: (typeof APPEND_ONLY)[number]): boolean {
  const row = database
    .prepare<[string], { rows: number; last: number; given: number }>(
      `SELECT count(*) AS rows, coalesce(max(seq), 0) AS last,
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0) AS given FROM ${table}`,
    )
    .get(table);
  return row !== undefined && row.rows === row.last && row.last === row.given;
}

function contradictionIn(database: Database.Database): string | undefined {
  const states = database.prepare<[], string>('SELECT state FROM run').pluck().all();
  const [state] = states;
  if (states.length !== 1 || state === undefined) return 'it does not say how its run stands';
  const intents = new Map<string, Entry>();
  const entries = database
    .prepare<[], Entry>(
      'SELECT kind, step, first_seq, last_seq, item_count FROM journal ORDER BY seq',
    )
    .all();
  if (state === 'planned' && entries.length > 0)
    return 'it says that its run has not begun, and its journal has entries';
  // What was edited before the run began is found by the digest, which says more.
  if (state !== 'planned' && !isAlikeTrue(database))
    return 'it says of its items how many are alike, and they are not';
  if (entries.length > 0 && isSnapshotMissing(database))
    return 'it says that no snapshot was taken, and its journal has entries of later steps';
  for (const entry of entries) {
    const chunk = `${entry.step} ${String(entry.first_seq)}`;
    const intent = intents.get(chunk);
    if (entry.kind === 'intent') intents.set(chunk, entry);
    else if (intent === undefined)
      return `its journal has an outcome of ${chunk} without an intent`;
    else if (!hasStates(database, { outcome: entry, lastSeq: intent.last_seq ?? entry.first_seq }))
      return `its journal says what became of ${String(entry.item_count)} items from ${String(entry.first_seq)} on (${entry.step}), and its items do not`;
  }
  return undefined;
}

/**
 * Whether the snapshot, which comes before any change, was neither taken nor left out on purpose. The state of its step does not tell: a
 * resume opens it again to verify what was taken, and may die at that.
 */
function isSnapshotMissing(database: Database.Database): boolean {
  const missing = database.prepare(
    `SELECT 1 FROM step, run WHERE step.name = 'snapshot' AND run.snapshot_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM audit WHERE event = 'snapshot.skipped')`,
  );
  return missing.get() !== undefined;
}

/** An outcome and the states that it speaks of are written in one transaction: there is both or neither. */
function hasStates(
  database: Database.Database,
  { outcome, lastSeq }: { readonly outcome: Entry; readonly lastSeq: number },
): boolean {
  const column = STATE_OF_STEP[outcome.step];
  if (column === undefined || outcome.item_count === 0) return true;
  const stored = database
    .prepare<[number, number], number>(
      `SELECT count(*) FROM item_state WHERE seq BETWEEN ? AND ? AND ${column} IS NOT NULL`,
    )
    .pluck()
    .get(outcome.first_seq, lastSeq);
  return (stored ?? 0) >= outcome.item_count;
}
