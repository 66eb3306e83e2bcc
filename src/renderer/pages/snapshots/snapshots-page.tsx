import { IconCamera, IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import { api, client } from '../../client.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { Copyable } from '../../components/copyable.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { Mark } from '../../components/mark.tsx';
import { PlanListPage, type RowOffer } from '../../components/plan-list-page.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import { tailOf } from '../../format/shorten.ts';
import { VerificationCell } from './verification-cell.tsx';

const KIND_MARKS = {
  snapshot: { tone: 'plain', icon: IconCamera, word: 'Snapshot' },
  backup: { tone: 'plain', icon: IconFileText, word: 'Backup' },
} as const;

const COLUMNS: readonly ListColumn<SnapshotEntry>[] = [
  { title: 'Kind', width: 'fit', cell: ({ kind }) => <Mark {...KIND_MARKS[kind]} /> },
  {
    title: 'Snapshot',
    width: 'fit',
    cell: ({ snapshotId }) => (
      <Copyable text={snapshotId} short={tailOf(snapshotId, 14)} what="name of the snapshot" />
    ),
  },
  {
    title: 'Before the run',
    width: 'cut',
    hover: ({ location }) => location,
    cell: ({ runId }) =>
      runId === null ? (
        <span className="dim">not known</span>
      ) : (
        <Link href={`/runs/${runId}`}>{runId}</Link>
      ),
  },
  { title: 'Target', width: 'fit', cell: ({ targetName }) => targetName ?? 'not known' },
  { title: 'Rows', width: 'number', cell: rowsText },
  { title: 'Size', width: 'number', cell: ({ sizeBytes }) => <ByteSize sizeBytes={sizeBytes} /> },
  {
    title: 'Taken',
    width: 'fit',
    cell: ({ takenAt }) => (takenAt === null ? 'not known' : <TimeStamp iso={takenAt} />),
  },
  {
    title: 'Last verified',
    width: 'fit',
    cell: (entry) => <VerificationCell entry={entry} />,
  },
];

function rowsText({ tables }: SnapshotEntry): string {
  const counts = tables.map(({ rowCount }) => rowCount).filter((rows) => rows !== null);
  if (counts.length < tables.length) return 'not counted';
  return countText(counts.reduce((sum, rows) => sum + rows, 0));
}

/** The kept rows, when they were verified, and the plan that gives them back. */
export function SnapshotsPage() {
  const list = useQuery(
    api.snapshot.list.queryOptions({ input: {}, select: ({ snapshots }) => snapshots }),
  );
  return (
    <PlanListPage
      title="Snapshots"
      subtitle="Rows as they were before each run, and the same in the reference's format. A restore reads all of one and gives rows what it kept; it moves no object."
      command="unwind snapshots list"
      list={list}
      columns={COLUMNS}
      keyOf={({ snapshotId }) => snapshotId}
      empty={{
        title: 'No snapshot was taken yet',
        text: 'Every run takes one before it changes anything.',
      }}
      offer={{ title: 'Restore', of: restoreOf }}
    />
  );
}

function restoreOf({ snapshotId, kind, problem }: SnapshotEntry): RowOffer {
  return {
    kind: 'plan',
    label: `Restore from ${kind} ${snapshotId}`,
    make: (signal) => client.snapshot.createRestore({ snapshotId }, { signal }),
    disabled: problem !== null,
  };
}
