import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../client.ts';
import { useTargets } from '../../shell/targets.tsx';
import type { StatusFilter } from './use-status-filter.ts';

export const PAGE_SIZE = 50;

/** Reading a status opens the database and the bucket: it is kept for a while and not repeated on every focus. */
const CALM = { staleTime: 30_000, refetchOnWindowFocus: false } as const;

/** All batches of the chosen target. */
export function useBatches() {
  const { chosen } = useTargets();
  return useQuery(
    api.status.get.queryOptions({
      input: { ...(chosen === undefined ? {} : { target: chosen.name }), limit: 1 },
      enabled: chosen !== undefined,
      ...CALM,
    }),
  );
}

/** One page of the records that match the filter. */
export function useRecords(filter: StatusFilter) {
  const { chosen } = useTargets();
  return useQuery(
    api.status.get.queryOptions({
      input: {
        ...(chosen === undefined ? {} : { target: chosen.name }),
        ...(filter.batchId === '' ? {} : { batchId: filter.batchId }),
        ...(filter.userId === '' ? {} : { userId: filter.userId }),
        originals: filter.originals,
        offset: filter.offset,
        limit: PAGE_SIZE,
      },
      enabled: chosen !== undefined,
      placeholderData: keepPreviousData,
      ...CALM,
    }),
  );
}
