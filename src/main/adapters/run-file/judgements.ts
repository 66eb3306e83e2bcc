import type Database from 'better-sqlite3';
import { columnAt, positionsOf } from './item-columns.ts';

export type Cell = string | number | null;

/** A stored judgement: its cells at the positions that `cellsOf` gives them for an item, the others absent. */
export interface StoredJudgement {
  readonly id: number;
  readonly cells: readonly Cell[];
}

const JUDGED = positionsOf('judged');
const USUAL = positionsOf('usual');
const KEYED = positionsOf('keyed');
const OVERRIDABLE = [...USUAL, ...KEYED];
/** What may be left out: `seq` and `record_id` are always there. */
const OWN = positionsOf('own').filter((at) => !['seq', 'record_id'].includes(columnAt(at)));
const STORED = positionsOf('judged', 'usual', 'keyed');
const OBJECT_KEY = positionsOf('own').find((at) => columnAt(at) === 'object_key') ?? -1;

/** Positions of the columns that `ownMask` tells of, in its order. */
export const OWN_COLUMNS: readonly number[] = [...OWN, ...OVERRIDABLE];

/** Judgements looked for before a new one is written. Bounds memory; one that was forgotten is written again under another id. */
const REMEMBERED = 4_096;

const PUT_JUDGEMENT = `INSERT INTO judgement (id, ${STORED.map(columnAt).join(', ')})
  VALUES (${['id', ...STORED].map(() => '?').join(', ')})`;

/** Gives the judgement that an item's cells fit, and writes it when there is none; inside a transaction of the caller. */
export function createJudgements(
  database: Database.Database,
): (cells: readonly Cell[]) => StoredJudgement {
  const put = database.prepare<[readonly Cell[]]>(PUT_JUDGEMENT);
  const known = new Map<string, StoredJudgement>();
  let last: StoredJudgement | undefined;
  let count = 0;

  function write(cells: readonly Cell[]): StoredJudgement {
    count += 1;
    const judgement = { id: count, cells: judgementOf(cells) };
    put.run([count, ...STORED.map((at) => judgement.cells[at] ?? null)]);
    return judgement;
  }

  return (cells) => {
    // Neighbours mostly share theirs: to look for it costs more than to compare.
    if (last !== undefined && fits(cells, last)) return last;
    const key = keyOf(cells);
    last = known.get(key);
    if (last !== undefined) return last;
    last = write(cells);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, last);
    return last;
  };
}

/** The columns that an item must have itself beside a judgement that it fits: bit n is the nth of `OWN_COLUMNS`. */
export function ownMask(cells: readonly Cell[], { cells: judged }: StoredJudgement): number {
  let mask = 0;
  let bit = 1;
  for (const at of OWN) {
    if (cells[at] !== null) mask |= bit;
    bit <<= 1;
  }
  for (const at of USUAL) {
    if (cells[at] !== judged[at]) mask |= bit;
    bit <<= 1;
  }
  const objectKey = cells[OBJECT_KEY] ?? null;
  for (const at of KEYED) {
    if (!isKeyed(cells[at] ?? null, judged[at] ?? null, objectKey)) mask |= bit;
    bit <<= 1;
  }
  return mask;
}

/** Whether what `item_now` reads as `prefix` and object key, or as NULL, is this value. */
function isKeyed(value: Cell, prefix: Cell, objectKey: Cell): boolean {
  if (value === null || prefix === null || objectKey === null) return value === null;
  if (prefix === '') return value === objectKey;
  return value === `${String(prefix)}${String(objectKey)}`;
}

/** A NULL in `item` means "as judged", so that an item which has none needs a judgement that has none. */
function fits(cells: readonly Cell[], { cells: judged }: StoredJudgement): boolean {
  for (const at of JUDGED) if (cells[at] !== judged[at]) return false;
  for (const at of OVERRIDABLE) if (cells[at] === null && judged[at] !== null) return false;
  return true;
}

/** Two items with the same key fit the same judgement. */
function keyOf(cells: readonly Cell[]): string {
  return JSON.stringify([
    ...JUDGED.map((at) => cells[at]),
    ...OVERRIDABLE.map((at) => cells[at] === null),
  ]);
}

function judgementOf(cells: readonly Cell[]): readonly Cell[] {
  const objectKey = cells[OBJECT_KEY] ?? null;
  const judged = [...cells];
  for (const at of KEYED) judged[at] = prefixOf(cells[at] ?? null, objectKey);
  return judged;
}

function prefixOf(value: Cell, objectKey: Cell): string | null {
  if (typeof value !== 'string' || typeof objectKey !== 'string') return null;
  return value.endsWith(objectKey) ? value.slice(0, value.length - objectKey.length) : null;
}
