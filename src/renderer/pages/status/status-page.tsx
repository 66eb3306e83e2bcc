import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { toProblem } from '../../problem.ts';
import { useTargets } from '../../shell/targets.tsx';
import { statusCommand } from '../../words/cli-words.ts';
import { composerHref } from '../../words/scope-words.ts';
import { AddedColumns } from './added-columns.tsx';
import { BATCH_COLUMNS, BatchTable } from './batch-table.tsx';
import { RecordsSection } from './records-section.tsx';
import { useBatches, useRecords } from './use-status.ts';
import { useStatusFilter } from './use-status-filter.ts';

/** What is migrated: batches with recounted counters, and per file what the row, the object and the original say. */
export function StatusPage() {
  const { chosen, isPending } = useTargets();
  const { filter, change } = useStatusFilter();
  const batches = useBatches();
  const records = useRecords(filter);
  const { batchId, userId } = filter;
  if (chosen === undefined && !isPending) return <NoTarget />;
  return (
    <Page
      title="Status"
      subtitle={<Checked at={batches.data?.checkedAt} />}
      command={statusCommand(filter)}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={batches.isFetching || records.isFetching}
            onClick={() => {
              void batches.refetch();
              void records.refetch();
            }}
          >
            Check again
          </Button>
          {batchId === '' ? null : (
            <Button
              component={Link}
              href={composerHref({ batchId, ...(userId === '' ? {} : { userId }) })}
            >
              Plan the rollback of this batch
            </Button>
          )}
        </>
      }
    >
      <Section
        title="Batches"
        note="Counters counted from the records; a stored counter that differs stands beside."
      >
        {batches.error !== null ? (
          <ErrorPanel error={batches.error} actions={<DropOfColumns error={batches.error} />} />
        ) : batches.data === undefined ? (
          <TableSkeleton columns={BATCH_COLUMNS} rowCount={4} />
        ) : (
          <BatchTable
            batches={batches.data.batches}
            chosenId={batchId}
            onChoose={(id) => {
              change({ batchId: id });
            }}
          />
        )}
      </Section>
      {batches.error === null ? (
        <RecordsSection filter={filter} onChange={change} records={records} />
      ) : null}
      {batches.data === undefined ? null : <AddedColumns status={batches.data} />}
    </Page>
  );
}

/** The way to the run that dropped the columns, where that is why nothing can be read. */
function DropOfColumns(props: { readonly error: unknown }) {
  const { code, details } = toProblem(props.error);
  if (code !== 'COLUMNS_DROPPED' || typeof details['runId'] !== 'string') return null;
  return <Link href={`/runs/${details['runId']}`}>Open the run that dropped them</Link>;
}

function Checked(props: { readonly at: string | undefined }) {
  return (
    <>
      Read from the database, the bucket and the originals.{' '}
      {props.at === undefined ? null : (
        <>
          Checked <TimeStamp iso={props.at} />
        </>
      )}
    </>
  );
}

function NoTarget() {
  return (
    <Page title="Status">
      <EmptyState
        title="There is no target yet"
        text="Configure one (see Settings), or create the sandbox on the home page."
        action={<Link href="/">Go to Home</Link>}
      />
    </Page>
  );
}
