import { IconEqual, IconEqualNot } from '@tabler/icons-react';
import clsx from 'clsx';
import type { BatchStatus } from '../../../shared/domain/status.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Mark } from '../../components/mark.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import classes from './status-page.module.css';

export const BATCH_COLUMNS = [
  'Batch',
  'Status',
  'Records',
  'Completed',
  'Verified',
  'Failed',
  'Pending',
  'Rolled back',
  'Counters',
  'Started',
] as const;

const NUMBERS = new Set<string>([
  'Records',
  'Completed',
  'Verified',
  'Failed',
  'Pending',
  'Rolled back',
]);

function columnClass(column: string): string | undefined {
  if (column === 'Started') return table.wide;
  return NUMBERS.has(column) ? table.number : undefined;
}

/** Batches with their counters, recounted; a stored counter that says something else stands beside. */
export function BatchTable(props: {
  readonly batches: readonly BatchStatus[];
  readonly chosenId: string;
  readonly onChoose: (batchId: string) => void;
}) {
  if (props.batches.length === 0) {
    return (
      <EmptyState title="No batch" text="The table migration_batches of this target is empty." />
    );
  }
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {BATCH_COLUMNS.map((column) => (
              <th key={column} scope="col" className={columnClass(column)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.batches.map((batch) => (
            <BatchLine key={batch.batchId} batch={batch} {...props} />
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function BatchLine(props: {
  readonly batch: BatchStatus;
  readonly chosenId: string;
  readonly onChoose: (batchId: string) => void;
}) {
  const { batch } = props;
  const { recomputed, stored } = batch;
  const isChosen = batch.batchId === props.chosenId;
  return (
    <tr className={clsx(table.rowLink, isChosen && table.chosen)}>
      <td>
        <button
          type="button"
          className={table.cellButton}
          aria-pressed={isChosen}
          onClick={() => {
            props.onChoose(isChosen ? '' : batch.batchId);
          }}
        >
          {batch.batchId}
        </button>
      </td>
      <td className={table.fit}>{batch.status ?? <span className="dim">NULL</span>}</td>
      <Counter counted={recomputed.records} stored={batch.totalFiles} />
      <Counter counted={recomputed.completed} stored={stored.completed} />
      <Counter counted={recomputed.verified} stored={stored.verified} />
      <Counter counted={recomputed.failed} stored={stored.failed} />
      <td className={table.number}>{countText(recomputed.pending)}</td>
      <td className={table.number}>{countText(recomputed.rolledBack)}</td>
      <td className={table.fit}>
        {batch.countersAgree ? (
          <Mark tone="done" icon={IconEqual} word="agree" />
        ) : (
          <Mark tone="held" icon={IconEqualNot} word="differ" />
        )}
      </td>
      <td className={clsx(table.fit, table.wide)}>
        <TimeStamp iso={batch.startedAt} />
      </td>
    </tr>
  );
}

function Counter(props: { readonly counted: number; readonly stored: number | null }) {
  const { counted, stored } = props;
  return (
    <td className={table.number}>
      <span className={classes.counter}>
        {stored === counted ? null : (
          <span className={classes.differs} title="The stored counter says something else">
            <IconEqualNot size={13} aria-hidden />
            stored {stored === null ? 'NULL' : countText(stored)}
          </span>
        )}
        {countText(counted)}
      </span>
    </td>
  );
}
