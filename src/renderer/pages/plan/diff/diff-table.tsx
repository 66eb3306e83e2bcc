import clsx from 'clsx';
import { useMemo } from 'react';
import type { PlanItem } from '../../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import { client } from '../../../client.ts';
import { RowGrid } from '../../../components/row-grid.tsx';
import type { RowSource } from '../../../components/use-row-pages.ts';
import classes from './diff.module.css';
import { diffColumns } from './diff-columns.tsx';
import { type DiffFilter, inputOfFilter } from './diff-filter.ts';

const KEEP_MS = 60_000;
const EMPTY = {
  title: 'No file matches',
  text: 'No file of this plan matches the search and the filters.',
} as const;

/** Every file of the plan that the filter lets through, one line each. */
export function DiffTable(props: {
  readonly run: RunDetail;
  readonly filter: DiffFilter;
  readonly onOpen: (item: PlanItem) => void;
}) {
  const { run, filter } = props;
  const { kind } = run.plan;
  const look = run.state === 'planned' ? 'plan' : 'outcome';
  const columns = useMemo(() => diffColumns(kind, look), [kind, look]);
  return (
    <RowGrid
      label="The diff"
      columns={columns}
      layoutClass={clsx(classes.columns, look === 'outcome' && classes.withOutcome)}
      rowClass={classOf}
      source={itemsOf(run.runId, filter)}
      empty={EMPTY}
      onOpen={props.onOpen}
    />
  );
}

function classOf(item: PlanItem): string | undefined {
  return item.verdict === 'held' ? classes.held : undefined;
}

/** The items of a plan that a filter lets through. */
export function itemsOf(runId: string, filter: DiffFilter): RowSource<PlanItem> {
  const input = { runId, ...inputOfFilter(filter) };
  return {
    key: ['plan.items', input],
    keepMs: KEEP_MS,
    readPage: async (page, signal) => {
      const { items, total } = await client.plan.items({ ...input, ...page }, { signal });
      return { rows: items, total };
    },
  };
}
