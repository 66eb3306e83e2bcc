import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ActivityReport, StopResult } from '../../../shared/contract/activity.ts';
import { api } from '../../client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Fields } from '../../components/fields.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { locksCommand, type StopChoice } from '../../words/session-words.ts';
import { SESSION_COLUMNS, SessionTable } from './session-table.tsx';
import { StopDialog } from './stop-dialog.tsx';

const INTERVAL_MS = 5_000;

/** Who holds the rows of the target: the server's sessions on its tables, and the run that holds its lease. */
export function LocksPage() {
  const { chosen } = useTargets();
  const activity = useQuery({
    ...api.activity.list.queryOptions({
      input: chosen === undefined ? {} : { target: chosen.name },
    }),
    refetchInterval: INTERVAL_MS,
  });
  const [choice, setChoice] = useState<StopChoice>();
  const [stopped, setStopped] = useState<StopResult>();
  return (
    <Page
      title="Who holds the rows"
      subtitle="Sessions of the database server on the tables of this target, each below the one that it waits for."
      command={locksCommand(choice)}
      actions={
        <Button
          variant="default"
          loading={activity.isFetching}
          onClick={() => {
            void activity.refetch();
          }}
        >
          Read again
        </Button>
      }
    >
      {activity.data === undefined ? null : <Lease activity={activity.data} />}
      <p role="status">{stopped === undefined ? null : stoppedText(stopped)}</p>
      <Section title="Sessions">
        {activity.error !== null ? (
          <ErrorPanel error={activity.error} />
        ) : activity.data === undefined ? (
          <TableSkeleton columns={SESSION_COLUMNS} rowCount={3} />
        ) : (
          <Sessions activity={activity.data} onStop={setChoice} />
        )}
      </Section>
      {activity.data === undefined ? null : (
        <StopDialog
          target={activity.data.target}
          choice={choice}
          onClose={() => {
            setChoice(undefined);
          }}
          onStopped={(result) => {
            setStopped(result);
            setChoice(undefined);
          }}
        />
      )}
    </Page>
  );
}

function Lease(props: { readonly activity: ActivityReport }) {
  const { lease, target, readAt } = props.activity;
  return (
    <Fields
      fields={[
        { name: 'Database', value: target.database },
        {
          name: 'Lease',
          value:
            lease === null ? (
              'Free: no run of Unwind holds this target.'
            ) : (
              <>
                {lease.operator.user}@{lease.operator.host} ({lease.operator.door}, process{' '}
                {String(lease.operator.pid)}), since <TimeStamp iso={lease.since} />, run{' '}
                <code>{lease.runId}</code>
              </>
            ),
        },
        { name: 'Read', value: <TimeStamp iso={readAt} /> },
      ]}
    />
  );
}

function Sessions(props: {
  readonly activity: ActivityReport;
  readonly onStop: (choice: StopChoice) => void;
}) {
  const { activity } = props;
  if (activity.kind === 'file') {
    return (
      <EmptyState
        title="A database file has no server sessions"
        text="Nobody but a process that has the file open can hold its rows. The lease above says whether a run of Unwind does."
      />
    );
  }
  if (activity.sessions.length === 0) {
    return (
      <EmptyState
        title="Nobody holds the rows"
        text="No session holds or waits for a lock on the tables of this target."
      />
    );
  }
  return <SessionTable activity={activity} onStop={props.onStop} />;
}

function stoppedText({ outcome, pid, what }: StopResult): string {
  if (outcome === 'gone') return `Session ${String(pid)} is gone by now; nothing was done.`;
  return what === 'statement'
    ? `The server was asked to cancel the statement of session ${String(pid)}.`
    : `The server was asked to end session ${String(pid)}.`;
}
