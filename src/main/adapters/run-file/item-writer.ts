import type Database from 'better-sqlite3';
import type { StoredItem } from '../../core/ports/run-file.ts';
import { columnAt } from './item-columns.ts';
import { cellsOf } from './item-rows.ts';
import { type Cell, createJudgements, OWN_COLUMNS, ownMask } from './judgements.ts';

/** Items written by one statement. */
const GROUP = 16;

/** Writes items into the table, in order; inside a transaction of the caller. One with the same `seq` is overwritten. */
export type ItemWriter = (items: readonly StoredItem[]) => void;

/** The statements for items that have the same columns of their own. */
interface Statements {
  readonly columns: readonly number[];
  readonly one: Database.Statement<[readonly Cell[]]>;
  readonly group: Database.Statement<[readonly Cell[]]>;
}

/**
 * Makes the writer of a plan's items.
 *
 * Handing a cell to SQLite costs more than storing it. So what is in the judgement of an item is not handed over again, and neighbours that
 * have the same columns of their own are written by one statement.
 */
export function createItemWriter(database: Database.Database): ItemWriter {
  const judgementOf = createJudgements(database);
  const statements = new Map<number, Statements>();
  let mask = -1;
  let rows: Cell[] = [];
  let count = 0;

  function statementsFor(own: number): Statements {
    let prepared = statements.get(own);
    if (prepared === undefined) {
      prepared = prepare(database, own);
      statements.set(own, prepared);
    }
    return prepared;
  }

  function flush(): void {
    if (count === 0) return;
    const { one, group, columns } = statementsFor(mask);
    const width = columns.length + FIXED;
    if (count === GROUP) group.run(rows);
    else for (let at = 0; at < count; at += 1) one.run(rows.slice(at * width, (at + 1) * width));
    rows = [];
    count = 0;
  }

  return (items) => {
    for (const item of items) {
      const cells = cellsOf(item);
      const judgement = judgementOf(cells);
      const own = ownMask(cells, judgement);
      if (own !== mask) {
        flush();
        mask = own;
      }
      rows.push(item.seq, judgement.id, item.recordId);
      for (const at of statementsFor(own).columns) rows.push(cells[at] ?? null);
      count += 1;
      if (count === GROUP) flush();
    }
    flush();
  };
}

/** `seq`, `judgement` and `record_id`: what every item has. */
const FIXED = 3;

function prepare(database: Database.Database, mask: number): Statements {
  const columns = OWN_COLUMNS.filter((_, bit) => (mask & (1 << bit)) !== 0);
  const names = ['seq', 'judgement', 'record_id', ...columns.map(columnAt)];
  const insert = `INSERT OR REPLACE INTO item (${names.join(', ')}) VALUES`;
  const row = `(${names.map(() => '?').join(', ')})`;
  return {
    columns,
    one: database.prepare(`${insert} ${row}`),
    group: database.prepare(`${insert} ${Array.from({ length: GROUP }, () => row).join(', ')}`),
  };
}
