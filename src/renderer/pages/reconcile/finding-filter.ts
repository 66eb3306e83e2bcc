import { ReconcileFindingKind } from '../../../shared/domain/reconcile.ts';

/** Which findings the table shows; it is kept in the address of the page. */
export interface FindingFilter {
  readonly kind: ReconcileFindingKind | undefined;
  readonly search: string;
}

/** Reads the filter from the address; what it does not know counts as not set. */
export function findingFilterFromSearch(search: URLSearchParams): FindingFilter {
  return {
    kind: ReconcileFindingKind.safeParse(search.get('kind')).data,
    search: (search.get('q') ?? '').slice(0, 500),
  };
}

/** Writes the filter as the query of the address. */
export function searchOfFindingFilter(filter: FindingFilter): Record<string, string> {
  return {
    ...(filter.kind === undefined ? {} : { kind: filter.kind }),
    ...(filter.search === '' ? {} : { q: filter.search }),
  };
}

/** The filter as `reconcile.findings` takes it. */
export function inputOfFindingFilter(filter: FindingFilter) {
  return {
    search: filter.search,
    ...(filter.kind === undefined ? {} : { kind: filter.kind }),
  };
}
