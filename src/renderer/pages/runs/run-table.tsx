import clsx from 'clsx';
import { Link } from 'wouter';
import type { RunSummary } from '../../../shared/domain/run.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { KindMark, RunStateMark } from '../../components/state-marks.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { sentenceCase } from '../../format/sentence-case.ts';
import { countsText, durationOf } from '../../words/run-words.ts';

export const RUN_COLUMNS = [
  'State',
  'Kind',
  'Scope',
  'Target',
  'Files',
  'Bytes',
  'Made',
  'Took',
] as const;

function columnClass(column: string): string | undefined {
  if (column === 'Bytes') return clsx(table.number, table.wide);
  return column === 'Took' ? table.wide : undefined;
}

/** Runs and plans, one line each. */
export function RunTable(props: { readonly runs: readonly RunSummary[] }) {
  if (props.runs.length === 0) {
    return (
      <EmptyState
        title="No plan or run here"
        text="Each plan that is made and each run that executes one is kept here, newest first."
      />
    );
  }
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {RUN_COLUMNS.map((column) => (
              <th key={column} scope="col" className={columnClass(column)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.runs.map((run) => (
            <RunLine key={run.runId} run={run} />
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function RunLine(props: { readonly run: RunSummary }) {
  const { run } = props;
  const href = run.state === 'planned' ? `/plans/${run.runId}` : `/runs/${run.runId}`;
  return (
    <tr className={table.rowLink}>
      <td className={table.fit}>
        <RunStateMark state={run.state} />
      </td>
      <td className={table.fit}>
        <KindMark kind={run.kind} />
      </td>
      <td className={table.cut} title={run.scopeInWords}>
        <Link href={href} className={table.cellLink}>
          {sentenceCase(run.scopeInWords)}
        </Link>
      </td>
      <td className={table.fit}>{run.targetName}</td>
      <td className={clsx(table.fit, 'num')}>{countsText(run)}</td>
      <td className={clsx(table.fit, table.number, table.wide)}>
        {run.state === 'planned' ? (
          <span className="dim">–</span>
        ) : (
          <ByteSize sizeBytes={run.counts.bytesQuarantined + run.counts.bytesFreed} />
        )}
      </td>
      <td className={table.fit}>
        <TimeStamp iso={run.createdAt} />
      </td>
      <td className={clsx(table.fit, table.wide, 'num')}>
        {durationOf(run) ?? <span className="dim">–</span>}
      </td>
    </tr>
  );
}
