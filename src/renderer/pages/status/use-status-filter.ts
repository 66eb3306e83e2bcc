import { useSearchParams } from 'wouter';

/** Which records the status page shows; it is kept in the address of the page. Empty text means "all". */
export interface StatusFilter {
  readonly batchId: string;
  readonly userId: string;
  readonly originals: 'presence' | 'content';
  readonly offset: number;
}

/** Reads the filter from the address; a change of what is shown begins at the first page again. */
export function useStatusFilter(): {
  readonly filter: StatusFilter;
  readonly change: (change: Partial<StatusFilter>) => void;
} {
  const [search, setSearch] = useSearchParams();
  const filter: StatusFilter = {
    batchId: search.get('batch') ?? '',
    userId: search.get('user') ?? '',
    originals: search.get('originals') === 'content' ? 'content' : 'presence',
    offset: Number.parseInt(search.get('offset') ?? '0', 10) || 0,
  };
  return {
    filter,
    change: (change) => {
      setSearch(searchOf({ ...filter, offset: 0, ...change }));
    },
  };
}

function searchOf(filter: StatusFilter): Record<string, string> {
  return {
    ...(filter.batchId === '' ? {} : { batch: filter.batchId }),
    ...(filter.userId === '' ? {} : { user: filter.userId }),
    ...(filter.originals === 'presence' ? {} : { originals: filter.originals }),
    ...(filter.offset === 0 ? {} : { offset: String(filter.offset) }),
  };
}
