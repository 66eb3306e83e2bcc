import { Button, Switch, TextInput } from '@mantine/core';
import { IconRefresh, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { RecordStatus } from '../../../shared/domain/status.ts';
import { api } from '../../client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { statusCommand } from '../../words/cli-words.ts';
import { composerHref } from '../../words/scope-words.ts';
import { BATCH_COLUMNS, BatchTable } from './batch-table.tsx';
import { Pager } from './pager.tsx';
import { RecordDrawer } from './record-drawer.tsx';
import { RECORD_COLUMNS, RecordTable } from './record-table.tsx';
import classes from './status-page.module.css';

const PAGE_SIZE = 50;

interface StatusFilter {
  readonly batch: string;
  readonly user: string;
  readonly originals: 'presence' | 'content';
  readonly offset: number;
}

/** What is migrated: batches with recounted counters, and per file what the row, the object and the original say. */
export function StatusPage() {
  const { chosen, isPending: targetsPending } = useTargets();
  const [search, setSearch] = useSearchParams();
  const batchId = search.get('batch') ?? '';
  const userId = search.get('user') ?? '';
  const offset = Number.parseInt(search.get('offset') ?? '0', 10) || 0;
  const originals = search.get('originals') === 'content' ? 'content' : 'presence';
  const shared = { enabled: chosen !== undefined, staleTime: 30_000, refetchOnWindowFocus: false };
  const target = chosen === undefined ? {} : { target: chosen.name };
  const batches = useQuery(api.status.get.queryOptions({ input: { ...target, limit: 1 }, ...shared }));
  const records = useQuery(
    api.status.get.queryOptions({
      input: {
        ...target,
        ...(batchId === '' ? {} : { batchId }),
        ...(userId === '' ? {} : { userId }),
        limit: PAGE_SIZE,
        offset,
        originals,
      },
      ...shared,
      placeholderData: keepPreviousData,
    }),
  );
  const [opened, setOpened] = useState<RecordStatus>();

  function show(next: Partial<StatusFilter>) {
    const filter: StatusFilter = { batch: batchId, user: userId, originals, offset: 0, ...next };
    setSearch({
      ...(filter.batch === '' ? {} : { batch: filter.batch }),
      ...(filter.user === '' ? {} : { user: filter.user }),
      ...(filter.originals === 'presence' ? {} : { originals: filter.originals }),
      ...(filter.offset === 0 ? {} : { offset: String(filter.offset) }),
    });
  }

  if (chosen === undefined && !targetsPending) return <NoTarget />;
  return (
    <Page
      title="Status"
      subtitle={
        <span>
          Read from the database, the bucket and the originals.{' '}
          {batches.data === undefined ? null : (
            <>
              Checked <TimeStamp iso={batches.data.checkedAt} />
            </>
          )}
        </span>
      }
      command={statusCommand({ batchId, userId })}
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
            <Button component={Link} href={composerHref({ batchId, ...(userId === '' ? {} : { userId }) })}>
              Plan the rollback of this batch
            </Button>
          )}
        </>
      }
    >
      <Section
        title="Batches"
        note="Counters as stored in migration_batches, next to the same counters counted from the records."
      >
        {batches.error !== null ? (
          <ErrorPanel error={batches.error} />
        ) : batches.data === undefined ? (
          <TableSkeleton columns={BATCH_COLUMNS} rowCount={4} />
        ) : (
          <BatchTable
            batches={batches.data.batches}
            chosenId={batchId}
            onChoose={(id) => {
              show({ batch: id });
            }}
          />
        )}
      </Section>
      <Section title={batchId === '' ? 'Records' : `Records of ${batchId}`}>
        <div className={classes.bar}>
          <UserFilter
            key={userId}
            userId={userId}
            onApply={(user) => {
              show({ user });
            }}
          />
          {batchId === '' ? null : (
            <Button
              variant="default"
              onClick={() => {
                show({ batch: '' });
              }}
            >
              Show all batches
            </Button>
          )}
          <Switch
            label="Read the originals"
            title="Compares content by hash, not by presence and size alone. Slower."
            checked={originals === 'content'}
            onChange={(event) => {
              show({ originals: event.currentTarget.checked ? 'content' : 'presence' });
            }}
          />
          <Pager
            offset={offset}
            pageSize={PAGE_SIZE}
            total={records.data?.recordCount}
            onMove={(next) => {
              show({ offset: next });
            }}
          />
        </div>
        {records.error !== null ? (
          <ErrorPanel error={records.error} />
        ) : records.data === undefined ? (
          <TableSkeleton columns={RECORD_COLUMNS} rowCount={12} />
        ) : (
          <RecordTable records={records.data.records} onOpen={setOpened} />
        )}
      </Section>
      <RecordDrawer
        record={opened}
        onClose={() => {
          setOpened(undefined);
        }}
      />
    </Page>
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

function UserFilter(props: { readonly userId: string; readonly onApply: (userId: string) => void }) {
  const [typed, setTyped] = useState(props.userId);
  return (
    <form
      className={classes.filter}
      onSubmit={(event) => {
        event.preventDefault();
        props.onApply(typed.trim());
      }}
    >
      <TextInput
        aria-label="User id"
        placeholder="User id"
        size="sm"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
        }}
      />
      <Button type="submit" variant="default">
        {typed.trim() === '' && props.userId !== '' ? 'Show all users' : 'Show this user'}
      </Button>
    </form>
  );
}
