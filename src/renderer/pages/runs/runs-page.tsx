import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { RunSummary } from '../../../shared/domain/run.ts';
import { Page } from '../../components/page.tsx';
import { ErrorPanel, ProblemPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { countOf, countText } from '../../format/count.ts';
import { problemOfWire } from '../../problem.ts';
import { runListOptions } from '../../queries.ts';
import { isUnfinished } from '../../words/run-words.ts';
import { OpenRunFile } from './open-run-file.tsx';
import { RUN_COLUMNS, RunTable } from './run-table.tsx';
import classes from './runs-page.module.css';

const VIEWS = [
  { value: 'all', label: 'All' },
  { value: 'unfinished', label: 'Unfinished' },
  { value: 'plans', label: 'Plans not executed' },
  { value: 'finished', label: 'Finished' },
] as const;

/** Every plan and run of the workspace, newest first. */
export function RunsPage() {
  const [limit, setLimit] = useState<100 | 1000>(100);
  const [search, setSearch] = useSearchParams();
  const view = search.get('view') ?? 'all';
  const list = useQuery(runListOptions(limit));
  const runs = list.data?.runs ?? [];
  const unreadable = list.data?.unreadable ?? [];
  const total = list.data?.total ?? 0;
  return (
    <Page
      title="Runs"
      subtitle="Every plan and run of this workspace, newest first."
      command="unwind runs list"
      actions={<OpenRunFile />}
    >
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="Which runs"
          size="sm"
          data={VIEWS.map(({ value, label }) => ({ value, label }))}
          value={view}
          onChange={(value) => {
            setSearch(value === 'all' ? {} : { view: value }, { replace: true });
          }}
        />
        <span className="dim num">
          {total === 0
            ? ''
            : `${countText(runs.length + unreadable.length)} of ${countOf(total, 'run')} loaded`}
        </span>
        {total > runs.length + unreadable.length && limit === 100 ? (
          <Button
            variant="default"
            onClick={() => {
              setLimit(1000);
            }}
          >
            Load 1,000
          </Button>
        ) : null}
      </div>
      {list.error !== null ? (
        <ErrorPanel error={list.error} />
      ) : list.isPending ? (
        <TableSkeleton columns={RUN_COLUMNS} rowCount={8} />
      ) : (
        <>
          {unreadable.map(({ runId, error }) => (
            <ProblemPanel key={runId} problem={problemOfWire(error)} />
          ))}
          <RunTable runs={runs.filter((run) => isInView(run, view))} />
        </>
      )}
    </Page>
  );
}

function isInView(run: RunSummary, view: string): boolean {
  if (view === 'plans') return run.state === 'planned';
  if (view === 'unfinished') return isUnfinished(run) || run.state === 'running';
  if (view === 'finished') return run.state === 'succeeded';
  return true;
}
