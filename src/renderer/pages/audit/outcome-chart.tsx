import type { AnalysisDay, AnalysisFigures } from '../../../shared/domain/analysis.ts';
import { ChartFrame } from '../../components/charts/chart-frame.tsx';
import { type BarPart, StackedBars } from '../../components/charts/stacked-bars.tsx';
import { countText } from '../../format/count.ts';
import { dayOutcomeText, daysWithRuns, outcomeSentence } from '../../words/audit-words.ts';

interface OutcomePart extends BarPart {
  readonly countOf: (figures: AnalysisFigures) => number;
}

const PARTS: readonly OutcomePart[] = [
  { name: 'Succeeded', tone: 'done', pattern: 'solid', countOf: ({ succeeded }) => succeeded },
  { name: 'Partly done', tone: 'held', pattern: 'striped', countOf: ({ partial }) => partial },
  { name: 'Failed', tone: 'failed', pattern: 'solid', countOf: ({ failed }) => failed },
  {
    name: 'Interrupted',
    tone: 'failed',
    pattern: 'striped',
    countOf: ({ interrupted }) => interrupted,
  },
  { name: 'No outcome yet', tone: 'idle', pattern: 'dotted', countOf: ({ open }) => open },
];

/** Runs per day by what became of them. */
export function OutcomeChart(props: {
  readonly days: readonly AnalysisDay[];
  readonly figures: AnalysisFigures;
}) {
  const { days, figures } = props;
  const summary = outcomeSentence(figures);
  const byDay = new Map(days.map((day) => [day.day, day]));
  return (
    <ChartFrame
      question="Did runs succeed?"
      summary={summary}
      empty={
        figures.runs === 0 ? 'A bar for each day on which runs began would stand here.' : undefined
      }
      table={{
        columns: ['Day (UTC)', ...PARTS.map(({ name }) => name)],
        rows: daysWithRuns(days)
          .map(({ day, figures: ofDay }) => [
            day,
            ...PARTS.map((part) => countText(part.countOf(ofDay))),
          ])
          .reverse(),
      }}
    >
      {(width) => (
        <StackedBars
          label={`Runs per day by outcome. ${summary}`}
          parts={PARTS}
          days={days.map(({ day, figures: ofDay }) => ({
            day,
            counts: PARTS.map((part) => part.countOf(ofDay)),
          }))}
          width={width}
          titleOf={({ day }) => {
            const found = byDay.get(day);
            return found === undefined ? day : dayOutcomeText(found);
          }}
        />
      )}
    </ChartFrame>
  );
}
