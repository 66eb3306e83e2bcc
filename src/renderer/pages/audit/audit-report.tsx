import { Skeleton } from '@mantine/core';
import { Link } from 'wouter';
import type { Analysis, AnalysisError, SlowRun } from '../../../shared/domain/analysis.ts';
import { Copyable } from '../../components/copyable.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Figures } from '../../components/figures.tsx';
import { Section } from '../../components/page.tsx';
import { KindMark, RunStateMark } from '../../components/state-marks.tsx';
import table from '../../components/table.module.css';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countOf, countText } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import { analysisFigures } from '../../words/audit-words.ts';
import classes from './audit-page.module.css';
import { DurationChart } from './duration-chart.tsx';
import { GroupTable } from './group-table.tsx';
import { OutcomeChart } from './outcome-chart.tsx';
import { VolumeChart } from './volume-chart.tsx';

const SKELETONS = [
  { part: 'figures', height: 96 },
  { part: 'charts', height: 248 },
  { part: 'tables', height: 240 },
] as const;

/** The report of some days; its shape in grey until it is there. */
export function AuditReport(props: { readonly analysis: Analysis | undefined }) {
  const { analysis } = props;
  if (analysis === undefined) {
    return (
      <div className={classes.report} aria-busy="true">
        {SKELETONS.map(({ part, height }) => (
          <Skeleton key={part} height={height} radius="md" />
        ))}
      </div>
    );
  }
  const { figures, days } = analysis;
  return (
    <div className={classes.report}>
      <Figures figures={analysisFigures(figures)} />
      {analysis.unreadable.length === 0 ? null : (
        <p role="note" className={classes.missing}>
          {countOf(analysis.unreadable.length, 'run file')} could not be read and{' '}
          {analysis.unreadable.length === 1 ? 'is' : 'are'} missing in every figure:{' '}
          <code>{analysis.unreadable.join(', ')}</code>
        </p>
      )}
      <div className={classes.charts}>
        <OutcomeChart days={days} figures={figures} />
        <DurationChart analysis={analysis} />
        <VolumeChart days={days} figures={figures} />
      </div>
      <Section title="What ended runs" note="Errors by code, with the newest run of each.">
        <ErrorTable errors={analysis.errors} />
      </Section>
      {analysis.slowRuns.length === 0 ? null : (
        <Section title="Slow runs" note="Longest first.">
          <SlowRunTable runs={analysis.slowRuns} />
        </Section>
      )}
      {figures.runs === 0 ? null : (
        <>
          <Section title="By target">
            <GroupTable noun="Target" groups={analysis.targets} />
          </Section>
          <Section title="By operator">
            <GroupTable noun="Operator" groups={analysis.operators} />
          </Section>
        </>
      )}
    </div>
  );
}

function ErrorTable(props: { readonly errors: readonly AnalysisError[] }) {
  if (props.errors.length === 0) {
    return (
      <EmptyState
        title="No error ended a run"
        text="Each error that ends a run is counted here by its code."
      />
    );
  }
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col" className={table.number}>
              Runs
            </th>
            <th scope="col">Newest</th>
            <th scope="col">Run</th>
          </tr>
        </thead>
        <tbody>
          {props.errors.map(({ code, count, lastMessage, lastRunId }) => (
            <tr key={code}>
              <td className={table.fit}>
                <Copyable text={code} what="error code" />
              </td>
              <td className={table.number}>{countText(count)}</td>
              <td className={table.cut} title={lastMessage}>
                {lastMessage}
              </td>
              <td className={table.fit}>
                <Link href={`/runs/${lastRunId}`}>{lastRunId}</Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SlowRunTable(props: { readonly runs: readonly SlowRun[] }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Kind</th>
            <th scope="col">Run</th>
            <th scope="col">Target</th>
            <th scope="col">Began</th>
            <th scope="col" className={table.number}>
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {props.runs.map((run) => (
            <tr key={run.runId}>
              <td className={table.fit}>
                <RunStateMark state={run.state} />
              </td>
              <td className={table.fit}>
                <KindMark kind={run.kind} />
              </td>
              <td className={table.cut}>
                <Link href={`/runs/${run.runId}`}>{run.runId}</Link>
              </td>
              <td className={table.fit}>{run.targetName}</td>
              <td className={table.fit}>
                <TimeStamp iso={run.startedAt} />
              </td>
              <td className={table.number}>{durationText(run.durationMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
