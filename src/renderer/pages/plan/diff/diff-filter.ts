import { HeldReason, ItemGrouping, ItemOutcome, Verdict } from '../../../../shared/domain/plan.ts';

/** Which items of a plan the diff shows; it is kept in the address of the page. */
export interface DiffFilter {
  readonly verdict: Verdict | undefined;
  readonly heldReason: HeldReason | undefined;
  readonly outcome: ItemOutcome | undefined;
  readonly search: string;
  /** Shows groups in place of files. */
  readonly by: ItemGrouping | undefined;
  /** Only the files of one group. */
  readonly group: { readonly by: ItemGrouping; readonly value: string | null } | undefined;
}

/** Reads the filter from the address; what it does not know counts as not set. */
export function filterFromSearch(search: URLSearchParams): DiffFilter {
  return {
    verdict: Verdict.safeParse(search.get('verdict')).data,
    heldReason: HeldReason.safeParse(search.get('reason')).data,
    outcome: ItemOutcome.safeParse(search.get('outcome')).data,
    search: (search.get('q') ?? '').slice(0, 500),
    by: ItemGrouping.safeParse(search.get('by')).data,
    group: groupFromSearch(search),
  };
}

/** `in=user&is=u-1`; without `is` the files that have none. */
function groupFromSearch(search: URLSearchParams): DiffFilter['group'] {
  const by = ItemGrouping.safeParse(search.get('in')).data;
  return by === undefined ? undefined : { by, value: search.get('is') };
}

/** Writes the filter as the query of the address. */
export function searchOfFilter(filter: DiffFilter): Record<string, string> {
  return {
    ...(filter.verdict === undefined ? {} : { verdict: filter.verdict }),
    ...(filter.heldReason === undefined ? {} : { reason: filter.heldReason }),
    ...(filter.outcome === undefined ? {} : { outcome: filter.outcome }),
    ...(filter.search === '' ? {} : { q: filter.search }),
    ...(filter.by === undefined ? {} : { by: filter.by }),
    ...(filter.group === undefined ? {} : { in: filter.group.by }),
    ...(filter.group === undefined || filter.group.value === null
      ? {}
      : { is: filter.group.value }),
  };
}

/** The filter as `plan.items` takes it. */
export function inputOfFilter(filter: DiffFilter) {
  return {
    search: filter.search,
    ...(filter.verdict === undefined ? {} : { verdict: filter.verdict }),
    ...(filter.heldReason === undefined ? {} : { heldReason: filter.heldReason }),
    ...(filter.outcome === undefined ? {} : { outcome: filter.outcome }),
    ...(filter.group === undefined ? {} : { group: filter.group }),
  };
}
