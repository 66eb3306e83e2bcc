/** Rows of a grid are read in pages of this many. */
export const PAGE_SIZE = 100;

/** The pages (from 0) that hold the rows `firstRow` to `lastRow` of a list with `rowCount` rows. */
export function pagesInView(view: {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly rowCount: number;
}): readonly number[] {
  if (view.rowCount <= 0) return [];
  const first = Math.floor(Math.max(0, view.firstRow) / PAGE_SIZE);
  const last = Math.floor(Math.min(view.lastRow, view.rowCount - 1) / PAGE_SIZE);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** The row at `index`, or `undefined` while its page is not there. */
export function rowAt<Row>(
  pages: ReadonlyMap<number, readonly Row[]>,
  index: number,
): Row | undefined {
  return pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
}
