import { Button } from '@mantine/core';
import { IconArchive, IconArrowBackUp, IconCircleDashed, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { QuarantineEntry } from '../../../shared/contract/quarantine.ts';
import { api, client } from '../../client.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { Copyable } from '../../components/copyable.tsx';
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
import { tailOf } from '../../format/shorten.ts';
import { usePlanMaking } from '../../use-plan-making.ts';
import classes from './quarantine-page.module.css';

type Entry = z.infer<typeof QuarantineEntry>;

const COLUMNS = ['State', 'Run', 'Target', 'Objects', 'Size', 'Since', 'Prefix', 'Purge'] as const;

const STATE_MARKS = {
  none: { tone: 'idle', icon: IconCircleDashed, word: 'Empty' },
  kept: { tone: 'held', icon: IconArchive, word: 'Kept' },
  restored: { tone: 'undone', icon: IconArrowBackUp, word: 'Restored' },
  purged: { tone: 'idle', icon: IconTrash, word: 'Purged' },
} as const;

/** The copies that rollbacks keep, and the way to give them up. */
export function QuarantinePage() {
  const list = useQuery(api.quarantine.list.queryOptions({ input: {} }));
  const { making, make, cancel } = usePlanMaking();
  return (
    <Page
      title="Quarantine"
      subtitle="Verified copies of the objects that rollbacks removed. While they are kept, a rollback can be undone."
      command="unwind quarantine list"
    >
      <div className={classes.making}>
        <PlanMakingPanel making={making} onCancel={cancel} />
      </div>
      {list.error !== null ? (
        <ErrorPanel error={list.error} />
      ) : list.isPending ? (
        <TableSkeleton columns={COLUMNS} rowCount={4} />
      ) : (
        <QuarantineTable
          entries={list.data.entries}
          isBusy={making.state === 'making'}
          onPurge={(runId) => {
            make((signal) => client.plan.createPurge({ runId }, { signal }));
          }}
        />
      )}
    </Page>
  );
}

function columnClass(column: string): string | undefined {
  if (column === 'Prefix') return table.wide;
  return column === 'Objects' || column === 'Size' ? table.number : undefined;
}

function QuarantineTable(props: {
  readonly entries: readonly Entry[];
  readonly isBusy: boolean;
  readonly onPurge: (runId: string) => void;
}) {
  if (props.entries.length === 0) {
    return (
      <EmptyState
        title="No quarantine is kept"
        text="A rollback that removes objects copies them here first. They stay until a purge."
      />
    );
  }
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className={columnClass(column)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.entries.map((entry) => (
            <tr key={entry.runId}>
              <td className={table.fit}>
                <Mark look="pill" {...STATE_MARKS[entry.state]} />
              </td>
              <td className={table.cut} title={entry.scopeInWords}>
                <Link href={`/runs/${entry.runId}`}>{sentenceCase(entry.scopeInWords)}</Link>
              </td>
              <td className={table.fit}>{entry.targetName}</td>
              <td className={clsx(table.fit, table.number)}>{countText(entry.objectCount)}</td>
              <td className={clsx(table.fit, table.number)}>
                <ByteSize sizeBytes={entry.sizeBytes} />
              </td>
              <td className={table.fit}>
                <TimeStamp iso={entry.since} />
              </td>
              <td className={clsx(table.fit, table.wide)}>
                <Copyable text={entry.prefix} short={tailOf(entry.prefix, 14)} what="prefix" />
              </td>
              <td className={table.fit}>
                <Button
                  size="compact-sm"
                  variant="default"
                  disabled={props.isBusy || entry.state !== 'kept'}
                  aria-label={`Purge the quarantine of ${entry.scopeInWords}: makes a plan`}
                  onClick={() => {
                    props.onPurge(entry.runId);
                  }}
                >
                  Purge…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
