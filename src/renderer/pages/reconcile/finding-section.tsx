import { SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { ReconcileFindingKind, type ReconcileReport } from '../../../shared/domain/reconcile.ts';
import { pagesAfter } from '../../../shared/pages-after.ts';
import { FINDING_CSV } from '../../../shared/reconcile-export.ts';
import { client } from '../../client.ts';
import { ExportButtons } from '../../components/export-buttons.tsx';
import { countText } from '../../format/count.ts';
import { countOfKind, FINDING_KINDS, findingWords } from '../../words/reconcile-words.ts';
import {
  type FindingFilter,
  findingFilterFromSearch,
  inputOfFindingFilter,
  searchOfFindingFilter,
} from './finding-filter.ts';
import { FindingTable } from './finding-table.tsx';
import classes from './findings.module.css';

const SEARCH_REST_MS = 200;
const EXPORT_PAGE = 1_000;

/** Every finding of a report: filters, the table, and the way to save them. */
export function FindingSection(props: { readonly report: ReconcileReport }) {
  const { reportId, kinds } = props.report;
  const [search, setSearch] = useSearchParams();
  const filter = findingFilterFromSearch(search);
  const [typed, setTyped] = useState(filter.search);
  const apply = useDebouncedCallback((text: string) => {
    setSearch(searchOfFindingFilter({ ...filter, search: text }), { replace: true });
  }, SEARCH_REST_MS);
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <div className={classes.bar}>
        <TextInput
          className={classes.search ?? ''}
          type="search"
          aria-label="Search the findings"
          placeholder="Key, row id or file id"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          maxLength={500}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            apply(event.currentTarget.value);
          }}
        />
        <SegmentedControl
          aria-label="Kind of finding"
          size="sm"
          data={[
            { value: 'all', label: `All ${countText(total)}` },
            ...FINDING_KINDS.map((kind) => ({
              value: kind,
              label: `${findingWords(kind).word} ${countText(countOfKind(kinds, kind).count)}`,
            })),
          ]}
          value={filter.kind ?? 'all'}
          onChange={(value) => {
            const kind = ReconcileFindingKind.safeParse(value).data;
            setSearch(searchOfFindingFilter({ ...filter, kind }), { replace: true });
          }}
        />
        <ExportButtons
          fileName={`unwind-reconcile-${reportId}`}
          csv={FINDING_CSV}
          readAll={() => findingsOf(reportId, filter)}
        />
      </div>
      <FindingTable key={search.toString()} reportId={reportId} filter={filter} />
    </>
  );
}

/** Every finding of the report that matches, a page at a time. */
function findingsOf(reportId: string, filter: FindingFilter) {
  const input = { reportId, ...inputOfFindingFilter(filter), limit: EXPORT_PAGE };
  return pagesAfter(async (afterSeq) => {
    const { findings } = await client.reconcile.findings({ ...input, afterSeq });
    return findings;
  });
}
