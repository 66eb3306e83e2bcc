import { Skeleton } from '@mantine/core';
import { Link } from 'wouter';
import type { Analysis, AnalysisError, SlowRun } from '../../../shared/domain/analysis.ts';
import { Copyable } from '../../components/copyable.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Figures } from '../../components/figures.tsx';
import { type ListColumn, ListTable } from '../../components/list-table.tsx';
import { Section } from '../../components/page.tsx';
import { KindMark, RunStateMark } from '../../components/state-marks.tsx';
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
          <ListTable
            columns={SLOW_RUN_COLUMNS}
            rows={analysis.slowRuns}
            keyOf={({ runId }) => runId}
          />
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

const ERROR_COLUMNS: readonly ListColumn<AnalysisError>[] = [
  { title: 'Code', width: 'fit', cell: ({ code }) => <Copyable text={code} what="error code" /> },
  { title: 'Runs', width: 'number', cell: ({ count }) => countText(count) },
  {
    title: 'Newest',
    width: 'cut',
    hover: ({ lastMessage }) => lastMessage,
    cell: ({ lastMessage }) => lastMessage,
  },
  {
    title: 'Run',
    width: 'fit',
    cell: ({ lastRunId }) => <Link href={`/runs/${lastRunId}`}>{lastRunId}</Link>,
  },
];

function ErrorTable(props: { readonly errors: readonly AnalysisError[] }) {
  if (props.errors.length === 0) {
    return (
      <EmptyState
        title="No error ended a run"
        text="Each error that ends a run is counted here by its code."
      />
    );
  }
  return <ListTable columns={ERROR_COLUMNS} rows={props.errors} keyOf={({ code }) => code} />;
}

const SLOW_RUN_COLUMNS: readonly ListColumn<SlowRun>[] = [
  { title: 'State', width: 'fit', cell: ({ state }) => <RunStateMark state={state} /> },
  { title: 'Kind', width: 'fit', cell: ({ kind }) => <KindMark kind={kind} /> },
  {
    title: 'Run',
    width: 'cut',
    cell: ({ runId }) => <Link href={`/runs/${runId}`}>{runId}</Link>,
  },
  { title: 'Target', width: 'fit', cell: ({ targetName }) => targetName },
  { title: 'Began', width: 'fit', cell: ({ startedAt }) => <TimeStamp iso={startedAt} /> },
  { title: 'Took', width: 'number', cell: ({ durationMs }) => durationText(durationMs) },
];
