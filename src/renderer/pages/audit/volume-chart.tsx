import type { AnalysisDay, AnalysisFigures } from '../../../shared/domain/analysis.ts';
import { ChartFrame } from '../../components/charts/chart-frame.tsx';
import { Lines } from '../../components/charts/lines.tsx';
import { bytesText } from '../../format/bytes.ts';
import { daysWithRuns, volumeSentence } from '../../words/audit-words.ts';

/** Bytes that left the bucket's live keys on each day. */
export function VolumeChart(props: {
  readonly days: readonly AnalysisDay[];
  readonly figures: AnalysisFigures;
}) {
  const { days, figures } = props;
  const summary = volumeSentence(figures);
  return (
    <ChartFrame
      question="How much was moved?"
      summary={summary}
      empty={
        figures.bytesQuarantined + figures.bytesFreed === 0
          ? 'The bytes that each day moved into quarantine or freed would stand here.'
          : undefined
      }
      table={{
        columns: ['Day (UTC)', 'Quarantined', 'Freed'],
        rows: daysWithRuns(days)
          .map(({ day, figures: ofDay }) => [
            day,
            bytesText(ofDay.bytesQuarantined),
            bytesText(ofDay.bytesFreed),
          ])
          .reverse(),
      }}
    >
      {(width) => (
        <Lines
          label={`Bytes moved per day. ${summary}`}
          days={days.map(({ day }) => day)}
          series={[
            {
              name: 'quarantined',
              look: 'strong',
              values: days.map(({ figures: ofDay }) => ofDay.bytesQuarantined),
            },
            {
              name: 'freed',
              look: 'light',
              values: days.map(({ figures: ofDay }) => ofDay.bytesFreed),
            },
          ]}
          isFilled
          unit="bytes"
          width={width}
          valueText={bytesText}
        />
      )}
    </ChartFrame>
  );
}
