import { type Analysis, SLOW_RUN_MS } from '../../../shared/domain/analysis.ts';
import { ChartFrame } from '../../components/charts/chart-frame.tsx';
import { Lines } from '../../components/charts/lines.tsx';
import { shortDurationText } from '../../format/duration.ts';
import { daysWithRuns, durationFigure, durationSentence } from '../../words/audit-words.ts';

const LIMIT = { value: SLOW_RUN_MS, name: `slow: ${String(SLOW_RUN_MS / 60_000)} m` };

/** How long the runs of each day took. */
export function DurationChart(props: { readonly analysis: Analysis }) {
  const { days, figures } = props.analysis;
  const summary = durationSentence(props.analysis);
  return (
    <ChartFrame
      question="How long did they take?"
      summary={summary}
      empty={
        figures.durations.medianMs === null
          ? 'A line through the median of each day would stand here.'
          : undefined
      }
      table={{
        columns: ['Day (UTC)', 'Median', '95th percentile', 'Longest'],
        rows: daysWithRuns(days)
          .map(({ day, figures: { durations } }) => [
            day,
            ...[durations.medianMs, durations.p95Ms, durations.longestMs].map(durationFigure),
          ])
          .reverse(),
      }}
    >
      {(width) => (
        <Lines
          label={`Duration of runs per day. ${summary}`}
          days={days.map(({ day }) => day)}
          series={[
            {
              name: 'median',
              look: 'strong',
              values: days.map(({ figures: { durations } }) => durations.medianMs),
            },
            {
              name: '95th pct.',
              look: 'light',
              values: days.map(({ figures: { durations } }) => durations.p95Ms),
            },
          ]}
          limit={LIMIT}
          unit="any"
          width={width}
          valueText={shortDurationText}
        />
      )}
    </ChartFrame>
  );
}
