import { HeldReason, ItemOutcome, Verdict } from '../../../../shared/domain/plan.ts';

/** Which items of a plan the diff shows; it is kept in the address of the page. */
export interface DiffFilter {
  readonly verdict: Verdict | undefined;
  readonly heldReason: HeldReason | undefined;
  readonly outcome: ItemOutcome | undefined;
  readonly search: string;
}

/** Reads the filter from the address; what it does not know counts as not set. */
export function filterFromSearch(search: URLSearchParams): DiffFilter {
  return {
    verdict: Verdict.safeParse(search.get('verdict')).data,
    heldReason: HeldReason.safeParse(search.get('reason')).data,
    outcome: ItemOutcome.safeParse(search.get('outcome')).data,
    search: (search.get('q') ?? '').slice(0, 500),
  };
}

/** Writes the filter as the query of the address. */
export function searchOfFilter(filter: DiffFilter): Record<string, string> {
  return {
    ...(filter.verdict === undefined ? {} : { verdict: filter.verdict }),
    ...(filter.heldReason === undefined ? {} : { reason: filter.heldReason }),
    ...(filter.outcome === undefined ? {} : { outcome: filter.outcome }),
    ...(filter.search === '' ? {} : { q: filter.search }),
  };
}

/** The filter as `plan.items` takes it. */
export function inputOfFilter(filter: DiffFilter) {
  return {
    search: filter.search,
    ...(filter.verdict === undefined ? {} : { verdict: filter.verdict }),
    ...(filter.heldReason === undefined ? {} : { heldReason: filter.heldReason }),
    ...(filter.outcome === undefined ? {} : { outcome: filter.outcome }),
  };
}
