import { IconFileOff, IconFileUnknown, IconRulerMeasure } from '@tabler/icons-react';
import type { ReconcileFinding } from '../../../shared/domain/reconcile.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { Mark } from '../../components/mark.tsx';
import type { GridColumn } from '../../components/row-grid.tsx';
import { absoluteTime } from '../../format/time.ts';
import { findingWords } from '../../words/reconcile-words.ts';
import classes from './findings.module.css';

const ICONS = {
  'dangling-row': IconFileOff,
  'size-differs': IconRulerMeasure,
  'orphan-object': IconFileUnknown,
} as const;

/** What the table shows of a finding. */
export const FINDING_COLUMNS: readonly GridColumn<ReconcileFinding>[] = [
  {
    title: 'Finding',
    cell: ({ kind }) => <Mark icon={ICONS[kind]} {...findingWords(kind)} />,
  },
  { title: 'Key', hover: ({ key }) => key, cell: ({ key }) => <code>{key}</code> },
  {
    title: 'Row',
    hover: (finding) => rowOf(finding) ?? 'No row points at this object',
    cell: (finding) => <RowCell row={rowOf(finding)} />,
  },
  { title: 'Status', className: 'dim', cell: ({ status }) => status ?? '–' },
  {
    title: 'Recorded',
    className: classes.number,
    cell: ({ recordedSizeBytes }) => <ByteSize sizeBytes={recordedSizeBytes} />,
  },
  {
    title: 'Object',
    className: classes.number,
    cell: ({ objectSizeBytes }) => <ByteSize sizeBytes={objectSizeBytes} />,
  },
  {
    title: 'Modified',
    className: 'num dim',
    cell: ({ lastModified }) => (lastModified === null ? '–' : absoluteTime(lastModified)),
  },
];

function rowOf({ table, rowId }: ReconcileFinding): string | null {
  return table === null ? null : `${table} ${rowId ?? ''}`;
}

function RowCell(props: { readonly row: string | null }) {
  return props.row === null ? <span className="dim">–</span> : <code>{props.row}</code>;
}
