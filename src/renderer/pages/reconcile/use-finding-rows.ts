import { useDebouncedValue } from '@mantine/hooks';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ReconcileFinding } from '../../../shared/domain/reconcile.ts';
import { api } from '../../client.ts';
import { PAGE_SIZE, pagesInView, rowAt } from '../plan/diff/item-pages.ts';
import { type FindingFilter, inputOfFindingFilter } from './finding-filter.ts';

/** Pages that were scrolled past are not asked for: the view must rest this long. */
const REST_MS = 40;

/** The findings that the table is about. */
export interface FindingRequest {
  readonly reportId: string;
  readonly filter: FindingFilter;
}

function pageOptions({ reportId, filter }: FindingRequest, page: number) {
  return api.reconcile.findings.queryOptions({
    input: {
      reportId,
      ...inputOfFindingFilter(filter),
      offset: page * PAGE_SIZE,
      limit: PAGE_SIZE,
    },
    // A finished report never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** How many findings match; `undefined` until the first page has been read. */
export function useFindingCount(request: FindingRequest): {
  readonly rowCount: number | undefined;
  readonly error: unknown;
} {
  const first = useQuery(pageOptions(request, 0));
  return { rowCount: first.data?.total, error: first.error };
}

/** The findings in view, each once its page has been read. Rows count from 0. */
export function useFindingRows(
  request: FindingRequest & {
    readonly firstRow: number;
    readonly lastRow: number;
    readonly rowCount: number;
  },
): {
  readonly error: unknown;
  readonly rowAt: (index: number) => ReconcileFinding | undefined;
} {
  const [firstRow] = useDebouncedValue(request.firstRow, REST_MS);
  const [lastRow] = useDebouncedValue(request.lastRow, REST_MS);
  const wanted = pagesInView({ firstRow, lastRow, rowCount: request.rowCount });
  const results = useQueries({ queries: wanted.map((page) => pageOptions(request, page)) });
  const pages = new Map(wanted.map((page, index) => [page, results[index]?.data?.findings ?? []]));
  return {
    error: results.find((result) => result.error !== null)?.error ?? null,
    rowAt: (index) => rowAt(pages, index),
  };
}
