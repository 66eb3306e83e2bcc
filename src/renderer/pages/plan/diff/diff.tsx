import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { PlanItem } from '../../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import { pagesAfter } from '../../../../shared/pages-after.ts';
import { ITEM_CSV } from '../../../../shared/plan-export.ts';
import { client } from '../../../client.ts';
import { ExportButtons } from '../../../components/export-buttons.tsx';
import { type DiffFilter, filterFromSearch, inputOfFilter, searchOfFilter } from './diff-filter.ts';
import { DiffFilterBar } from './diff-filter-bar.tsx';
import { DiffTable } from './diff-table.tsx';
import { GroupTable } from './group-table.tsx';
import { ItemDrawer } from './item-drawer.tsx';

const EXPORT_PAGE = 1_000;

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
        actions={
          <ExportButtons
            fileName={`unwind-plan-${run.runId}`}
            csv={ITEM_CSV}
            readAll={() => itemsOf(run.runId, filter)}
          />
        }
      />
      {filter.by === undefined ? (
        <DiffTable key={search.toString()} run={run} filter={filter} onOpen={setOpened} />
      ) : (
        <GroupTable
          runId={run.runId}
          by={filter.by}
          filter={filter}
          onOpen={({ value }) => {
            const group = { by: filter.by ?? 'user', value };
            setSearch(searchOfFilter({ ...filter, by: undefined, group }));
          }}
        />
      )}
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

/** Every item of the plan that matches, a page at a time. */
function itemsOf(runId: string, filter: DiffFilter) {
  const input = { runId, ...inputOfFilter(filter), limit: EXPORT_PAGE };
  return pagesAfter(async (afterSeq) => {
    const { items } = await client.plan.itemsAfter({ ...input, afterSeq });
    return items;
  });
}
