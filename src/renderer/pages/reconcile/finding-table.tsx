import type { ReconcileFinding } from '../../../shared/domain/reconcile.ts';
import { client } from '../../client.ts';
import { RowGrid } from '../../components/row-grid.tsx';
import type { RowSource } from '../../components/use-row-pages.ts';
import { FINDING_COLUMNS } from './finding-columns.tsx';
import { type FindingFilter, inputOfFindingFilter } from './finding-filter.ts';
import classes from './findings.module.css';

const EMPTY = {
  title: 'No finding matches',
  text: 'Nothing that this report found matches the search and the filter.',
} as const;

/** The findings of a report that the filter lets through, one line each. */
export function FindingTable(props: { readonly reportId: string; readonly filter: FindingFilter }) {
  return (
    <RowGrid
      label="Findings"
      columns={FINDING_COLUMNS}
      layoutClass={classes.columns}
      source={findingsOf(props.reportId, props.filter)}
      empty={EMPTY}
    />
  );
}

function findingsOf(reportId: string, filter: FindingFilter): RowSource<ReconcileFinding> {
  const input = { reportId, ...inputOfFindingFilter(filter) };
  return {
    key: ['reconcile.findings', input],
    // A finished report never changes.
    keepMs: Number.POSITIVE_INFINITY,
    readPage: async (page, signal) => {
      const { findings, total } = await client.reconcile.findings(
        { ...input, ...page },
        { signal },
      );
      return { rows: findings, total };
    },
  };
}
