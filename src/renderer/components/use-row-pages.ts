import { useDebouncedValue } from '@mantine/hooks';
import { usePrefetchQuery, useQueries, useQuery } from '@tanstack/react-query';
import { PAGE_SIZE, pagesInView, rowAt } from './row-pages.ts';

/** Pages that were scrolled past are not asked for: the view must rest this long. */
const REST_MS = 40;
/** Pages that nothing shows any more are forgotten after this long. */
const FORGET_MS = 60_000;

/** One page of rows, and how many rows there are in all. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Where a grid's rows come from. */
export interface RowSource<Row> {
  /** What the rows depend on: the same key is the same rows. */
  readonly key: readonly unknown[];
  /** How long a page that was read is good for; `Infinity` for rows that never change. */
  readonly keepMs: number;
  readonly readPage: (
    page: { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ) => Promise<RowPage<Row>>;
}

function pageQuery<Row>(source: RowSource<Row>, page: number) {
  return {
    queryKey: [...source.key, page],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      source.readPage({ offset: page * PAGE_SIZE, limit: PAGE_SIZE }, signal),
    staleTime: source.keepMs,
    gcTime: FORGET_MS,
  };
}

/** Asks for the first rows of a grid that will be on the page once something else has come. */
export function useRowsAhead<Row>(source: RowSource<Row>): void {
  usePrefetchQuery(pageQuery(source, 0));
}

/** How many rows there are; `undefined` until the first page has been read. */
export function useRowCount<Row>(source: RowSource<Row>): {
  readonly rowCount: number | undefined;
  readonly error: unknown;
} {
  const first = useQuery(pageQuery(source, 0));
  return { rowCount: first.data?.total, error: first.error };
}

/** The rows in view, each once its page has been read. Rows count from 0. */
export function useRowsInView<Row>(
  source: RowSource<Row>,
  view: { readonly firstRow: number; readonly lastRow: number; readonly rowCount: number },
): {
  readonly error: unknown;
  readonly rowAt: (index: number) => Row | undefined;
} {
  const [firstRow] = useDebouncedValue(view.firstRow, REST_MS);
  const [lastRow] = useDebouncedValue(view.lastRow, REST_MS);
  const wanted = pagesInView({ firstRow, lastRow, rowCount: view.rowCount });
  const results = useQueries({ queries: wanted.map((page) => pageQuery(source, page)) });
  const pages = new Map(wanted.map((page, index) => [page, results[index]?.data?.rows ?? []]));
  return {
    error: results.find((result) => result.error !== null)?.error ?? null,
    rowAt: (index) => rowAt(pages, index),
  };
}
