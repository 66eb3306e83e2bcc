import { useDebouncedValue } from '@mantine/hooks';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { PlanItem } from '../../../../shared/domain/plan.ts';
import { api } from '../../../client.ts';
import { type DiffFilter, inputOfFilter } from './diff-filter.ts';
import { PAGE_SIZE, pagesInView, rowAt } from './item-pages.ts';

/** Pages that were scrolled past are not asked for: the view must rest this long. */
const REST_MS = 40;
const KEEP_MS = 60_000;

/** The items that the diff is about. */
export interface DiffRequest {
  readonly runId: string;
  readonly filter: DiffFilter;
}

function pageOptions(request: DiffRequest, page: number) {
  return api.plan.items.queryOptions({
    input: {
      runId: request.runId,
      ...inputOfFilter(request.filter),
      offset: page * PAGE_SIZE,
      limit: PAGE_SIZE,
    },
    staleTime: KEEP_MS,
    gcTime: KEEP_MS,
  });
}

/** How many rows the diff has; `undefined` until its first page has been read. */
export function useDiffRowCount(request: DiffRequest): {
  readonly rowCount: number | undefined;
  readonly error: unknown;
} {
  const first = useQuery(pageOptions(request, 0));
  return { rowCount: first.data?.total, error: first.error };
}

/** The rows in view, each once its page has been read. Rows count from 0. */
export function useDiffRows(
  request: DiffRequest & {
    readonly firstRow: number;
    readonly lastRow: number;
    readonly rowCount: number;
  },
): {
  readonly error: unknown;
  readonly rowAt: (index: number) => PlanItem | undefined;
} {
  const [firstRow] = useDebouncedValue(request.firstRow, REST_MS);
  const [lastRow] = useDebouncedValue(request.lastRow, REST_MS);
  const wanted = pagesInView({ firstRow, lastRow, rowCount: request.rowCount });
  const results = useQueries({ queries: wanted.map((page) => pageOptions(request, page)) });
  const pages = new Map(wanted.map((page, index) => [page, results[index]?.data?.items ?? []]));
  return {
    error: results.find((result) => result.error !== null)?.error ?? null,
    rowAt: (index) => rowAt(pages, index),
  };
}
