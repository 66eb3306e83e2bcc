import { IconCircleCheck, IconFileOff, IconFileUnknown, IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Debt } from '../../../shared/domain/debt.ts';
import { client } from '../../client.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import type { ListColumn } from '../../components/list-table.tsx';
import { Mark } from '../../components/mark.tsx';
import { PlanListPage, type RowOffer } from '../../components/plan-list-page.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import { sentenceCase } from '../../format/sentence-case.ts';
import { debtListOptions } from '../../queries.ts';
import { debtKindWord } from '../../words/debt-words.ts';

const STATE_MARKS = {
  open: { tone: 'held', icon: IconHourglass, word: 'Open' },
  closed: { tone: 'done', icon: IconCircleCheck, word: 'Closed' },
} as const;

const KIND_ICONS = { 'orphan-objects': IconFileUnknown, 'dangling-rows': IconFileOff } as const;

const COLUMNS: readonly ListColumn<Debt>[] = [
  {
    title: 'State',
    width: 'fit',
    cell: ({ state }) => <Mark look="pill" {...STATE_MARKS[state]} />,
  },
  {
    title: 'Left open',
    width: 'fit',
    cell: ({ kind }) => <Mark tone="plain" icon={KIND_ICONS[kind]} word={debtKindWord(kind)} />,
  },
  {
    title: 'Run',
    width: 'cut',
    hover: ({ scopeInWords }) => scopeInWords,
    cell: (debt) => <Link href={`/runs/${debt.runId}`}>{sentenceCase(debt.scopeInWords)}</Link>,
  },
  { title: 'Target', width: 'fit', cell: ({ targetName }) => targetName },
  { title: 'Open', width: 'number', cell: ({ openCount }) => countText(openCount) },
  { title: 'Of', width: 'number', cell: ({ itemCount }) => countText(itemCount) },
  { title: 'Size', width: 'number', cell: ({ openBytes }) => <OpenBytes openBytes={openBytes} /> },
  { title: 'Since', width: 'fit', cell: ({ openedAt }) => <TimeStamp iso={openedAt} /> },
];

/** What rollbacks of one half left open, and the way to finish them. */
export function DebtsPage() {
  const list = useQuery({ ...debtListOptions(), select: ({ debts }) => debts });
  return (
    <PlanListPage
      title="Debts"
      subtitle="A rollback of rows only leaves objects that no row points at; one of objects only leaves rows without objects. Each can be finished later, file by file."
      command="unwind debts list"
      list={list}
      columns={COLUMNS}
      keyOf={({ runId }) => runId}
      empty={{
        title: 'Nothing was left open',
        text: 'After a rollback with rows only, or objects only, the other half is listed here until it is done.',
      }}
      offer={{ title: 'Close', of: closeOf }}
    />
  );
}

function OpenBytes(props: { readonly openBytes: number | null }) {
  return props.openBytes === null ? (
    <span className="dim" title="A rollback of rows only does not look at objects">
      not measured
    </span>
  ) : (
    <ByteSize sizeBytes={props.openBytes} />
  );
}

function closeOf({ runId, closedBy, scopeInWords }: Debt): RowOffer {
  if (closedBy === null) {
    return {
      kind: 'plan',
      label: `Close what ${scopeInWords} left open`,
      make: (signal) => client.debt.createClose({ runId }, { signal }),
    };
  }
  return {
    kind: 'note',
    note: (
      <Link href={`/runs/${closedBy}`} title={closedBy}>
        by a later run
      </Link>
    ),
  };
}
