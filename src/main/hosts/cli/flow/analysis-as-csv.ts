import { csvLineOf } from '../../../../shared/csv.ts';
import type { Analysis, AnalysisFigures } from '../../../../shared/domain/analysis.ts';

type Value = string | number | null;

/** Columns of a day, by the name of the field that they show. */
const COLUMNS: readonly (readonly [string, (figures: AnalysisFigures) => Value])[] = [
  ['runs', ({ runs }) => runs],
  ['succeeded', ({ succeeded }) => succeeded],
  ['partial', ({ partial }) => partial],
  ['failed', ({ failed }) => failed],
  ['interrupted', ({ interrupted }) => interrupted],
  ['open', ({ open }) => open],
  ['itemsPlanned', ({ itemsPlanned }) => itemsPlanned],
  ['itemsDone', ({ itemsDone }) => itemsDone],
  ['itemsFailed', ({ itemsFailed }) => itemsFailed],
  ['itemsDrifted', ({ itemsDrifted }) => itemsDrifted],
  ['successFraction', ({ successFraction }) => successFraction],
  ['failureFraction', ({ failureFraction }) => failureFraction],
  ['bytesQuarantined', ({ bytesQuarantined }) => bytesQuarantined],
  ['bytesFreed', ({ bytesFreed }) => bytesFreed],
  ['resumes', ({ resumes }) => resumes],
  ['medianMs', ({ durations }) => durations.medianMs],
  ['p95Ms', ({ durations }) => durations.p95Ms],
  ['longestMs', ({ durations }) => durations.longestMs],
];

/** One line for each day of the window, in UTC, oldest first, below a line of column names. */
export function analysisAsCsv(analysis: Analysis): string {
  const head = csvLineOf(['day', ...COLUMNS.map(([name]) => name)]);
  const lines = analysis.days.map(({ day, figures }) =>
    csvLineOf([day, ...COLUMNS.map(([, valueOf]) => valueOf(figures))]),
  );
  return head + lines.join('');
}
