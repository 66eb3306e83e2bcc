import { Button } from '@mantine/core';
import { IconCircleCheck, IconHandStop, IconLoader2 } from '@tabler/icons-react';
import clsx from 'clsx';
import { Link } from 'wouter';
import type { ReconcileSummary } from '../../../shared/domain/reconcile.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Mark } from '../../components/mark.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import { verdictText } from '../../words/reconcile-words.ts';

export const REPORT_COLUMNS = ['State', 'Result', 'Target', 'Objects', 'Started', 'Go on'] as const;

const STATE_MARKS = {
  finished: { tone: 'done', icon: IconCircleCheck, word: 'Finished' },
  unfinished: { tone: 'held', icon: IconHandStop, word: 'Unfinished' },
  running: { tone: 'running', icon: IconLoader2, word: 'Running' },
} as const;

/** The reports of the workspace, newest first. */
export function ReportTable(props: {
  readonly reports: readonly ReconcileSummary[];
  readonly isBusy: boolean;
  readonly onResume: (reportId: string) => void;
}) {
  if (props.reports.length === 0) {
    return (
      <EmptyState
        title="Nothing was reconciled yet"
        text="A reconcile lists the whole bucket and compares it with every row. Each report is kept here."
      />
    );
  }
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {REPORT_COLUMNS.map((column) => (
              <th key={column} scope="col" className={clsx(column === 'Objects' && table.number)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.reports.map((report) => (
            <ReportLine
              key={report.reportId}
              report={report}
              isBusy={props.isBusy}
              onResume={props.onResume}
            />
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function ReportLine(props: {
  readonly report: ReconcileSummary;
  readonly isBusy: boolean;
  readonly onResume: (reportId: string) => void;
}) {
  const { report } = props;
  return (
    <tr className={clsx(report.state === 'finished' && table.rowLink)}>
      <td className={table.fit}>
        <Mark look="pill" {...STATE_MARKS[report.state]} />
      </td>
      <td className={table.cut}>
        {report.state === 'finished' ? (
          <Link href={`/reconcile/${report.reportId}`} className={table.cellLink}>
            {verdictText(report)}
          </Link>
        ) : (
          <span className="dim">
            {report.state === 'running' ? 'A process is at work on it' : 'Stopped before its end'}
          </span>
        )}
      </td>
      <td className={table.fit}>{report.targetName ?? '–'}</td>
      <td className={clsx(table.fit, table.number)}>
        {report.totals === null ? '–' : countText(report.totals.objects)}
      </td>
      <td className={table.fit}>
        <TimeStamp iso={report.startedAt} />
      </td>
      <td className={table.fit}>
        {report.state === 'unfinished' ? (
          <Button
            size="compact-sm"
            variant="default"
            disabled={props.isBusy}
            aria-label={`Go on with the reconcile of ${report.targetName ?? 'the target'} that was started at ${report.startedAt}`}
            onClick={() => {
              props.onResume(report.reportId);
            }}
          >
            Go on
          </Button>
        ) : null}
      </td>
    </tr>
  );
}
