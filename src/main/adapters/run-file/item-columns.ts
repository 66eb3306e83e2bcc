/**
 * Where the columns of an item are kept. Most of what a plan says of an item it says of thousands: that is a row of `judgement`, which items
 * refer to. What is an item's own is in `item`, and there is nothing else to read it from:
 *
 * - `own`: in `item` only.
 * - `judged`: in `judgement` only; items that differ in one of these have different judgements.
 * - `usual`: in `judgement`, unless `item` has a value of its own.
 * - `keyed`: as `usual`, but `judgement` has only what comes before the item's object key.
 */
type Place = 'own' | 'judged' | 'usual' | 'keyed';

/** The columns of `item_now`, in the order of `cellsOf`. */
export const ITEM_COLUMNS = {
  seq: 'own',
  record_id: 'own',
  batch_id: 'judged',
  file_id: 'own',
  user_id: 'own',
  filename: 'own',
  source_path: 'own',
  object_key: 'own',
  verdict: 'judged',
  row_action: 'judged',
  object_action: 'judged',
  has_file: 'judged',
  before_status: 'judged',
  before_completed_at: 'usual',
  before_r2_key: 'keyed',
  before_checksum: 'own',
  before_updated_at: 'usual',
  before_marks: 'usual',
  after_status: 'judged',
  after_completed_at: 'usual',
  after_r2_key: 'keyed',
  after_checksum: 'usual',
  after_updated_at: 'usual',
  after_marks: 'usual',
  facts_key: 'keyed',
  facts_size: 'own',
  facts_etag: 'own',
  facts_modified: 'own',
  object_proof: 'judged',
  object_detail: 'usual',
  original_proof: 'judged',
  original_detail: 'usual',
  held_reason: 'own',
  held_detail: 'usual',
  held_fix: 'usual',
  object_sha256: 'own',
  quarantine_key: 'keyed',
  row_state: 'judged',
  object_state: 'judged',
  state_detail: 'own',
} as const satisfies Readonly<Record<string, Place>>;

export type ItemColumn = keyof typeof ITEM_COLUMNS;

const names = Object.keys(ITEM_COLUMNS) as ItemColumn[];

/** Positions, in the order of `cellsOf`, of the columns that are kept so. */
export function positionsOf(...places: readonly Place[]): readonly number[] {
  return names.flatMap((name, at) => (places.includes(ITEM_COLUMNS[name]) ? [at] : []));
}

/** The name of the column at a position of `cellsOf`. */
export function columnAt(at: number): ItemColumn {
  return names[at] ?? 'seq';
}

/** The columns that `item_state` overrides. */
const STATES: ReadonlySet<ItemColumn> = new Set(['row_state', 'object_state', 'object_sha256']);

/**
 * A column of an item as it is now, in SQL on `ITEM_SOURCE`. Columns are named and never `*`: in a file whose layout was damaged a missing
 * one is an error, not an `undefined`.
 */
export function currentSql(name: ItemColumn): string {
  if (name === 'state_detail') {
    return 'CASE WHEN state.seq IS NULL THEN item.state_detail ELSE state.state_detail END';
  }
  const planned = plannedSql(name);
  return STATES.has(name) ? `coalesce(state.${name}, ${planned})` : planned;
}

function plannedSql(name: ItemColumn): string {
  switch (ITEM_COLUMNS[name]) {
    case 'own':
      return `item.${name}`;
    case 'judged':
      return `judgement.${name}`;
    case 'usual':
      return `coalesce(item.${name}, judgement.${name})`;
    case 'keyed':
      return `coalesce(item.${name}, judgement.${name} || item.object_key)`;
  }
}

/** Every item with its judgement and its state. CROSS JOIN keeps SQLite from going through the judgements first: items are read in their order. */
export const ITEM_SOURCE = `item CROSS JOIN judgement ON judgement.id = item.judgement
  LEFT JOIN item_state AS state ON state.seq = item.seq`;

/** `item_now`: items with all that was judged of them and what became of them. For people, and for questions that name any column. */
export const ITEM_VIEW = `CREATE VIEW item_now AS SELECT ${names
  .map((name) => `${currentSql(name)} AS ${name}`)
  .join(', ')} FROM ${ITEM_SOURCE}`;
