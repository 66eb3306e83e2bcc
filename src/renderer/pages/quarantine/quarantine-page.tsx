import { IconArchive, IconArrowBackUp, IconCircleDashed, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { QuarantineEntry } from '../../../shared/contract/quarantine.ts';
import { api, client } from '../../client.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { Copyable } from '../../components/copyable.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { Mark } from '../../components/mark.tsx';
import { PlanListPage, type RowOffer } from '../../components/plan-list-page.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import { sentenceCase } from '../../format/sentence-case.ts';
import { tailOf } from '../../format/shorten.ts';

type Entry = z.infer<typeof QuarantineEntry>;

const STATE_MARKS = {
  none: { tone: 'idle', icon: IconCircleDashed, word: 'Empty' },
  kept: { tone: 'held', icon: IconArchive, word: 'Kept' },
  restored: { tone: 'undone', icon: IconArrowBackUp, word: 'Restored' },
  purged: { tone: 'idle', icon: IconTrash, word: 'Purged' },
} as const;

const COLUMNS: readonly ListColumn<Entry>[] = [
  {
    title: 'State',
    width: 'fit',
    cell: ({ state }) => <Mark look="pill" {...STATE_MARKS[state]} />,
  },
  {
    title: 'Run',
    width: 'cut',
    hover: ({ scopeInWords }) => scopeInWords,
    cell: (entry) => <Link href={`/runs/${entry.runId}`}>{sentenceCase(entry.scopeInWords)}</Link>,
  },
  { title: 'Target', width: 'fit', cell: ({ targetName }) => targetName },
  { title: 'Objects', width: 'number', cell: ({ objectCount }) => countText(objectCount) },
  {
    title: 'Size',
    width: 'number',
    cell: ({ sizeBytes }) => <ByteSize sizeBytes={sizeBytes} />,
  },
  { title: 'Since', width: 'fit', cell: ({ since }) => <TimeStamp iso={since} /> },
  {
    title: 'Prefix',
    width: 'wide',
    cell: ({ prefix }) => <Copyable text={prefix} short={tailOf(prefix, 14)} what="prefix" />,
  },
];

/** The copies that rollbacks keep, and the way to give them up. */
export function QuarantinePage() {
  const list = useQuery(
    api.quarantine.list.queryOptions({ input: {}, select: ({ entries }) => entries }),
  );
  return (
    <PlanListPage
      title="Quarantine"
      subtitle="Verified copies of the objects that rollbacks removed. While they are kept, a rollback can be undone."
      command="unwind quarantine list"
      list={list}
      columns={COLUMNS}
      keyOf={({ runId }) => runId}
      empty={{
        title: 'No quarantine is kept',
        text: 'A rollback that removes objects copies them here first. They stay until a purge.',
      }}
      offer={{ title: 'Purge', of: purgeOf }}
    />
  );
}

function purgeOf({ runId, scopeInWords, state }: Entry): RowOffer {
  return {
    kind: 'plan',
    label: `Purge the quarantine of ${scopeInWords}`,
    make: (signal) => client.plan.createPurge({ runId }, { signal }),
    disabled: state !== 'kept',
  };
}
