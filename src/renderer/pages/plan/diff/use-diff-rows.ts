import { useDebouncedValue } from '@mantine/hooks';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { PlanItem } from '../../../../shared/domain/plan.ts';
import { api } from '../../../client.ts';
import { type DiffFilter, inputOfFilter } from './diff-filter.ts';
import { PAGE_SIZE, pagesInView, rowAt } from './item-pages.ts';

/** Pages that were scrolled past are not asked for: the view must rest this long. */
const REST_MS = 40;
const KEEP_MS = 60_000;

/** The rows of the diff: how many there are, and each one once its page has been read. */
export function useDiffRows(request: {
  readonly runId: string;
  readonly filter: DiffFilter;
  readonly firstRow: number;
  readonly lastRow: number;
}): {
  readonly rowCount: number | undefined;
  readonly error: unknown;
  readonly rowAt: (index: number) => PlanItem | undefined;
} {
  const { runId, filter } = request;
  const optionsOf = (page: number) =>
    api.plan.items.queryOptions({
      input: { runId, ...inputOfFilter(filter), offset: page * PAGE_SIZE, limit: PAGE_SIZE },
      staleTime: KEEP_MS,
      gcTime: KEEP_MS,
    });
  const first = useQuery(optionsOf(0));
  const [firstRow] = useDebouncedValue(request.firstRow, REST_MS);
  const [lastRow] = useDebouncedValue(request.lastRow, REST_MS);
  const wanted = pagesInView({ firstRow, lastRow, rowCount: first.data?.total ?? 0 });
  const results = useQueries({ queries: wanted.map(optionsOf) });
  const pages = useMemo(() => {
    const map = new Map<number, readonly PlanItem[]>();
    if (first.data !== undefined) map.set(0, first.data.items);
    wanted.forEach((page, index) => {
      const items = results[index]?.data?.items;
      if (items !== undefined) map.set(page, items);
    });
    return map;
  }, [first.data, wanted, results]);
  return {
    rowCount: first.data?.total,
    error: first.error ?? results.find((result) => result.error !== null)?.error ?? null,
    rowAt: (index) => rowAt(pages, index),
  };
}
