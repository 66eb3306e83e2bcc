import Table from 'cli-table3';
import type { Terminal } from '../terminal.ts';
import { shorten } from './format.ts';

/** A column: its title, which way its cells lean, and whether they may be shortened where the line is too narrow. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Ids are kept whole: they are there to be copied. */
  readonly cells?: 'whole' | 'may-shorten';
}

/** A cell: text, and what colours it once its width is known. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '  ',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

interface TableData {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

const narrowest = 12;
const gap = 2;

/** Lays rows out in columns without borders, each line ending with a line break. */
export function renderTable(terminal: Terminal, table: TableData): string {
  const limits = columnWidths(terminal.columns, table);
  const layout = new Table({
    head: table.columns.map((column) => terminal.colors.dim(column.title)),
    chars: noBorders,
    colAligns: table.columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of table.rows) {
    layout.push(row.map((cell, index) => paintCell(cell, limits[index] ?? narrowest)));
  }
  return `${layout
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Facts under each other: names in one column, values in the other. */
export function renderFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('');
}

function paintCell(cell: Cell, width: number): string {
  const text = shorten(textOf(cell), width);
  return typeof cell === 'string' ? text : cell.paint(text);
}

/** Widths of the columns: as wide as their cells; while the line is too long, the widest that may be shortened gives way. */
function columnWidths(lineWidth: number, table: TableData): readonly number[] {
  const widths = table.columns.map((column, index) =>
    Math.max(column.title.length, ...table.rows.map((row) => textOf(row[index] ?? '').length)),
  );
  const shrinkable = table.columns.flatMap((column, index) =>
    column.cells === 'whole' || column.align === 'right' ? [] : [index],
  );
  let excess = widths.reduce((sum, width) => sum + width + gap, 0) - lineWidth;
  while (excess > 0) {
    const widest = shrinkable.reduce<number | undefined>(
      (best, index) => ((widths[index] ?? 0) > (widths[best ?? -1] ?? narrowest) ? index : best),
      undefined,
    );
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
