import type { AnalysisGroup } from '../../../shared/domain/analysis.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { type ListColumn, ListTable } from '../../components/list-table.tsx';
import { countText } from '../../format/count.ts';
import { durationFigure, percentText } from '../../words/audit-words.ts';

const FIGURES: readonly ListColumn<AnalysisGroup>[] = [
  { title: 'Runs', width: 'number', cell: ({ figures }) => countText(figures.runs) },
  {
    title: 'Success rate',
    width: 'number',
    cell: ({ figures: { successFraction } }) =>
      successFraction === null ? '–' : percentText(successFraction),
  },
  { title: 'Items done', width: 'number', cell: ({ figures }) => countText(figures.itemsDone) },
  {
    title: 'Bytes freed',
    width: 'wide-number',
    cell: ({ figures }) => <ByteSize sizeBytes={figures.bytesFreed} />,
  },
  {
    title: 'Median',
    width: 'wide-number',
    cell: ({ figures }) => durationFigure(figures.durations.medianMs),
  },
];

/** What the runs of each target, or of each operator, came to. */
export function GroupTable(props: {
  readonly noun: 'Target' | 'Operator';
  readonly groups: readonly AnalysisGroup[];
}) {
  return (
    <ListTable
      columns={[{ title: props.noun, width: 'cut', cell: ({ name }) => name }, ...FIGURES]}
      rows={props.groups}
      keyOf={({ name }) => name}
    />
  );
}
