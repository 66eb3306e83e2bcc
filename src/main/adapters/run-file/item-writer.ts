import type Database from 'better-sqlite3';
import type { StoredItem } from '../../core/ports/run-file.ts';
import { cellsOf, ITEM_COLUMN_NAMES, ITEM_COLUMNS, PUT_ITEM } from './item-rows.ts';

type Cell = string | number | null;

/** Cells that differ from item to item. Every other one mostly repeats that of the item before. */
const OWN_COLUMNS: ReadonlySet<string> = new Set([
  'seq',
  'record_id',
  'file_id',
  'user_id',
  'filename',
  'source_path',
  'object_key',
  'before_completed_at',
  'before_r2_key',
  'before_checksum',
  'before_updated_at',
]);

const POSITIONS = ITEM_COLUMN_NAMES.map((_, position) => position);
const OWN = POSITIONS.filter((at) => OWN_COLUMNS.has(ITEM_COLUMN_NAMES[at] ?? ''));
const SHARED = POSITIONS.filter((at) => !OWN_COLUMNS.has(ITEM_COLUMN_NAMES[at] ?? ''));

/** Items written by one statement. */
const GROUP = 8;

/** Writes items into the table, in order; inside a transaction of the caller. */
export type ItemWriter = (items: readonly StoredItem[]) => void;

/**
 * Makes the writer of a plan's items.
 *
 * Handing a cell to SQLite costs more than storing it, and of the forty cells of an item three quarters are those of its
 * neighbour. So neighbours that share them are written eight at a time by a statement which has the shared cells in its text.
 */
export function createItemWriter(database: Database.Database): ItemWriter {
  const putOne = database.prepare<[readonly Cell[]]>(PUT_ITEM);
  let putGroup: Database.Statement<[readonly Cell[]]> | undefined;
  let template: readonly Cell[] = [];
  let group: (readonly Cell[])[] = [];

  function flush(): void {
    if (group.length === GROUP) {
      putGroup ??= database.prepare<[readonly Cell[]]>(groupStatement(template));
      const own: Cell[] = [];
      for (const cells of group) for (const at of OWN) own.push(cells[at] ?? null);
      putGroup.run(own);
    } else {
      for (const cells of group) putOne.run(cells);
    }
    group = [];
  }

  return (items) => {
    for (const item of items) {
      const cells = cellsOf(item);
      if (!sharesCells(cells, template)) {
        flush();
        putGroup = undefined;
        template = cells;
      }
      group.push(cells);
      if (group.length === GROUP) flush();
    }
    flush();
  };
}

function sharesCells(cells: readonly Cell[], template: readonly Cell[]): boolean {
  if (template.length === 0) return false;
  for (const at of SHARED) if (cells[at] !== template[at]) return false;
  return true;
}

function groupStatement(template: readonly Cell[]): string {
  const row = POSITIONS.map((at) => (OWN.includes(at) ? '?' : literal(template[at] ?? null)));
  const rows = Array.from({ length: GROUP }, () => `(${row.join(', ')})`);
  return `INSERT OR REPLACE INTO item (${ITEM_COLUMNS}) VALUES ${rows.join(', ')}`;
}

/** The cell as SQL. Bytes in hex: a text may hold anything, a NUL included, which would end the statement. */
function literal(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'number') return String(cell);
  return cell.includes('\0')
    ? `CAST(x'${Buffer.from(cell, 'utf8').toString('hex')}' AS TEXT)`
    : `'${cell.replaceAll("'", "''")}'`;
}
