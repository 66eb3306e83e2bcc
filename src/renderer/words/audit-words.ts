import type { Analysis, AnalysisDay, AnalysisFigures } from '../../shared/domain/analysis.ts';
import { bytesText, exactBytesText } from '../format/bytes.ts';
import { countOf, countText } from '../format/count.ts';
import { shortDurationText } from '../format/duration.ts';
import type { FigureWords } from './plan-words.ts';

/** A fraction of one as a percentage: one decimal, and never "100 %" of what is not all. */
export function percentText(fraction: number): string {
  const rounded = Math.round(fraction * 1000) / 10;
  const honest = fraction < 1 ? Math.min(rounded, 99.9) : rounded;
  return `${String(fraction > 0 ? Math.max(honest, 0.1) : honest)} %`;
}

/** A duration as a figure; a dash where no run has ended. */
export function durationFigure(durationMs: number | null): string {
  return durationMs === null ? '–' : shortDurationText(durationMs);
}

/** The figures of a number of days, most important first. */
export function analysisFigures(figures: AnalysisFigures): readonly FigureWords[] {
  const { durations } = figures;
  return [
    {
      label: 'Runs',
      value: countText(figures.runs),
      note:
        figures.resumes === 0 ? 'none was resumed' : `resumed ${countOf(figures.resumes, 'time')}`,
    },
    {
      label: 'Success rate',
      value: figures.successFraction === null ? '–' : percentText(figures.successFraction),
      note: 'of planned items, done',
    },
    {
      label: 'Items done',
      value: countText(figures.itemsDone),
      note: `of ${countText(figures.itemsPlanned)} planned`,
    },
    {
      label: 'Bytes freed',
      value: bytesText(figures.bytesFreed),
      title: exactBytesText(figures.bytesFreed),
      note: `${bytesText(figures.bytesQuarantined)} quarantined`,
    },
    {
      label: 'Median duration',
      value: durationFigure(durations.medianMs),
      note: durations.longestMs === null ? '' : `longest ${shortDurationText(durations.longestMs)}`,
    },
  ];
}

/** Whether runs succeeded, in one sentence. */
export function outcomeSentence(figures: AnalysisFigures): string {
  if (figures.runs === 0) return 'No run began on these days.';
  const others = outcomeParts(figures);
  if (others.length === 0) return `${countOf(figures.runs, 'run')}, all of them succeeded.`;
  return `${countText(figures.succeeded)} of ${countOf(figures.runs, 'run')} succeeded; ${others.join(', ')}.`;
}

/** The days on which runs began. */
export function daysWithRuns(days: readonly AnalysisDay[]): readonly AnalysisDay[] {
  return days.filter(({ figures }) => figures.runs > 0);
}

/** The runs of one day, as a bar says them on hover. */
export function dayOutcomeText({ day, figures }: AnalysisDay): string {
  if (figures.runs === 0) return `${day}: no run`;
  const succeeded = figures.succeeded === 0 ? [] : [`${countText(figures.succeeded)} succeeded`];
  return `${day}: ${[...succeeded, ...outcomeParts(figures)].join(', ')}`;
}

function outcomeParts(figures: AnalysisFigures): readonly string[] {
  return [
    [figures.partial, 'partly done'],
    [figures.failed, 'failed'],
    [figures.interrupted, 'interrupted'],
    [figures.open, 'without an outcome yet'],
  ].flatMap(([count, words]) =>
    count === 0 ? [] : [`${countText(Number(count))} ${String(words)}`],
  );
}

/** How long runs took, in one sentence. */
export function durationSentence(analysis: Analysis): string {
  const { medianMs, p95Ms } = analysis.figures.durations;
  if (medianMs === null || p95Ms === null) return 'No run has ended on these days.';
  const slow = analysis.slowRuns.length;
  const tail = slow === 0 ? 'none was slow' : `${countOf(slow, 'was', 'were')} slow`;
  return `Half of them took less than ${shortDurationText(medianMs)}, 95 of 100 less than ${shortDurationText(p95Ms)}; ${tail}.`;
}

/** How much was moved and freed, in one sentence. */
export function volumeSentence({ bytesQuarantined, bytesFreed }: AnalysisFigures): string {
  if (bytesQuarantined + bytesFreed === 0) return 'No object was moved or deleted.';
  return `${bytesText(bytesQuarantined)} moved into quarantine, ${bytesText(bytesFreed)} freed for good.`;
}
