import { Button } from '@mantine/core';
import { IconCircleCheck, IconFileOff, IconFileUnknown, IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { Link } from 'wouter';
import type { Debt } from '../../../shared/domain/debt.ts';
import { client } from '../../client.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Mark } from '../../components/mark.tsx';
import { Page } from '../../components/page.tsx';
import { PlanMakingPanel } from '../../components/plan-making-panel.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import table from '../../components/table.module.css';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import { sentenceCase } from '../../format/sentence-case.ts';
import { debtListOptions } from '../../queries.ts';
import { usePlanMaking } from '../../use-plan-making.ts';
import { debtKindWord } from '../../words/debt-words.ts';

const COLUMNS = [
  'State',
  'Left open',
  'Run',
  'Target',
  'Open',
  'Of',
  'Size',
  'Since',
  'Close',
] as const;

const NUMBERS: readonly string[] = ['Open', 'Of', 'Size'];

const STATE_MARKS = {
  open: { tone: 'held', icon: IconHourglass, word: 'Open' },
  closed: { tone: 'done', icon: IconCircleCheck, word: 'Closed' },
} as const;

const KIND_ICONS = { 'orphan-objects': IconFileUnknown, 'dangling-rows': IconFileOff } as const;

/** What rollbacks of one half left open, and the way to finish them. */
export function DebtsPage() {
  const list = useQuery(debtListOptions());
  const { making, make, cancel } = usePlanMaking();
  return (
    <Page
      title="Debts"
      subtitle="A rollback of rows only leaves objects that no row points at; one of objects only leaves rows without objects. Each can be finished later, file by file."
      command="unwind debts list"
    >
      <PlanMakingPanel making={making} onCancel={cancel} />
      {list.error !== null ? (
        <ErrorPanel error={list.error} />
      ) : list.isPending ? (
        <TableSkeleton columns={COLUMNS} rowCount={3} />
      ) : (
        <DebtTable
          debts={list.data.debts}
          isBusy={making.state === 'making'}
          onClose={(runId) => {
            make((signal) => client.debt.createClose({ runId }, { signal }));
          }}
        />
      )}
    </Page>
  );
}

function DebtTable(props: {
  readonly debts: readonly Debt[];
  readonly isBusy: boolean;
  readonly onClose: (runId: string) => void;
}) {
  if (props.debts.length === 0) {
    return (
      <EmptyState
        title="Nothing was left open"
        text="After a rollback with rows only, or objects only, the other half is listed here until it is done."
      />
    );
  }
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                className={clsx(NUMBERS.includes(column) && table.number)}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.debts.map((debt) => (
            <DebtLine key={debt.runId} {...props} debt={debt} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DebtLine(props: {
  readonly debt: Debt;
  readonly isBusy: boolean;
  readonly onClose: (runId: string) => void;
}) {
  const { debt } = props;
  return (
    <tr>
      <td className={table.fit}>
        <Mark look="pill" {...STATE_MARKS[debt.state]} />
      </td>
      <td className={table.fit}>
        <Mark tone="plain" icon={KIND_ICONS[debt.kind]} word={debtKindWord(debt.kind)} />
      </td>
      <td className={table.cut} title={debt.scopeInWords}>
        <Link href={`/runs/${debt.runId}`}>{sentenceCase(debt.scopeInWords)}</Link>
      </td>
      <td className={table.fit}>{debt.targetName}</td>
      <td className={clsx(table.fit, table.number)}>{countText(debt.openCount)}</td>
      <td className={clsx(table.fit, table.number)}>{countText(debt.itemCount)}</td>
      <td className={clsx(table.fit, table.number)}>
        {debt.openBytes === null ? (
          <span className="dim" title="A rollback of rows only does not look at objects">
            not measured
          </span>
        ) : (
          <ByteSize sizeBytes={debt.openBytes} />
        )}
      </td>
      <td className={table.fit}>
        <TimeStamp iso={debt.openedAt} />
      </td>
      <td className={table.fit}>
        {debt.closedBy === null ? (
          <Button
            size="compact-sm"
            variant="default"
            disabled={props.isBusy}
            aria-label={`Close what ${debt.scopeInWords} left open: makes a plan`}
            onClick={() => {
              props.onClose(debt.runId);
            }}
          >
            Close…
          </Button>
        ) : (
          <Link href={`/runs/${debt.closedBy}`} title={debt.closedBy}>
            by a later run
          </Link>
        )}
      </td>
    </tr>
  );
}
