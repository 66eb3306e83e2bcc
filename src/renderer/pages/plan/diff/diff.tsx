import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { PlanItem } from '../../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import { filterFromSearch, searchOfFilter } from './diff-filter.ts';
import { DiffFilterBar } from './diff-filter-bar.tsx';
import { DiffTable } from './diff-table.tsx';
import { ItemDrawer } from './item-drawer.tsx';

/** Every file of the plan: filters, the table, and the details of one file. */
export function Diff(props: { readonly run: RunDetail }) {
  const { run } = props;
  const [search, setSearch] = useSearchParams();
  const [opened, setOpened] = useState<PlanItem>();
  const filter = filterFromSearch(search);
  return (
    <div id="diff">
      <DiffFilterBar
        run={run}
        filter={filter}
        onFilter={(next) => {
          setSearch(searchOfFilter(next), { replace: true });
        }}
      />
      <DiffTable key={search.toString()} run={run} filter={filter} onOpen={setOpened} />
      <ItemDrawer
        item={opened}
        run={run}
        onClose={() => {
          setOpened(undefined);
        }}
      />
    </div>
  );
}
