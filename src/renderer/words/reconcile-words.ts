import type { ReconcileFindingKind, ReconcileReport } from '../../shared/domain/reconcile.ts';
import { bytesText, exactBytesText } from '../format/bytes.ts';
import { countOf, countText } from '../format/count.ts';
import type { FigureWords } from './plan-words.ts';
import type { Tone } from './tone.ts';

/** Kinds from bad to harmless: an orphan costs room, the others break what the rows say. */
export const FINDING_KINDS: readonly ReconcileFindingKind[] = [
  'dangling-row',
  'size-differs',
  'orphan-object',
];

/** What a kind of finding is called, and how it looks. */
export function findingWords(kind: ReconcileFindingKind): {
  readonly word: string;
  readonly tone: Tone;
} {
  switch (kind) {
    case 'dangling-row':
      return { word: 'Row without object', tone: 'failed' };
    case 'size-differs':
      return { word: 'Size differs', tone: 'failed' };
    case 'orphan-object':
      return { word: 'Object without row', tone: 'held' };
  }
}

/** How many findings of a kind a report has. */
export function countOfKind(
  kinds: ReconcileReport['kinds'],
  kind: ReconcileFindingKind,
): { readonly count: number; readonly sizeBytes: number } {
  return kinds.find((one) => one.kind === kind) ?? { count: 0, sizeBytes: 0 };
}

/** The report in one sentence. */
export function verdictText(report: Pick<ReconcileReport, 'kinds'>): string {
  const total = report.kinds.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 'Each row has its object, each object its row, and the sizes agree.';
  const parts = FINDING_KINDS.flatMap((kind) => {
    const { count } = countOfKind(report.kinds, kind);
    return count === 0 ? [] : [partText(kind, count)];
  });
  return `${parts.join(', ')}.`;
}

function partText(kind: ReconcileFindingKind, count: number): string {
  switch (kind) {
    case 'dangling-row':
      return `${countOf(count, 'row')} without ${count === 1 ? 'its object' : 'their objects'}`;
    case 'size-differs':
      return `${countOf(count, 'size')} that ${count === 1 ? 'differs' : 'differ'}`;
    case 'orphan-object':
      return `${countOf(count, 'object')} without a row`;
  }
}

/** The figures at the head of a report. */
export function reportFigures(report: ReconcileReport): readonly FigureWords[] {
  const { totals, kinds } = report;
  const figure = (label: string, kind: ReconcileFindingKind, bytesNote: string): FigureWords => {
    const { count, sizeBytes } = countOfKind(kinds, kind);
    return {
      label,
      value: countText(count),
      note: count === 0 ? 'none found' : `${bytesText(sizeBytes)} ${bytesNote}`,
      title: exactBytesText(sizeBytes),
    };
  };
  return [
    {
      label: 'Objects compared',
      value: countText(totals.objects),
      note: `${bytesText(totals.sizeBytes)}, with ${countOf(totals.rows, 'row')}`,
      title: exactBytesText(totals.sizeBytes),
    },
    figure('Rows without object', 'dangling-row', 'recorded'),
    figure('Sizes that differ', 'size-differs', 'in the bucket'),
    figure('Objects without row', 'orphan-object', 'in the bucket'),
  ];
}
