import { Skeleton } from '@mantine/core';
import { IconFileOff, IconFileUnknown, IconRulerMeasure } from '@tabler/icons-react';
import clsx from 'clsx';
import { memo } from 'react';
import type { ReconcileFinding } from '../../../shared/domain/reconcile.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { Mark } from '../../components/mark.tsx';
import { absoluteTime } from '../../format/time.ts';
import { findingWords } from '../../words/reconcile-words.ts';
import classes from './findings.module.css';

const ICONS = {
  'dangling-row': IconFileOff,
  'size-differs': IconRulerMeasure,
  'orphan-object': IconFileUnknown,
} as const;

/** One finding in one line; a row whose page has not come yet keeps its place. */
export const FindingRow = memo(function FindingRow(props: {
  readonly index: number;
  readonly offsetPx: number;
  readonly finding: ReconcileFinding | undefined;
  readonly isActive: boolean;
}) {
  const { finding } = props;
  return (
    <div
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.isActive}
      className={clsx(classes.row, classes.line, props.isActive && classes.active)}
      style={{ transform: `translateY(${String(props.offsetPx)}px)` }}
    >
      {finding === undefined ? (
        <span role="gridcell">
          <Skeleton height={10} width="60%" />
        </span>
      ) : (
        <Cells finding={finding} />
      )}
    </div>
  );
});

function Cells(props: { readonly finding: ReconcileFinding }) {
  const { finding } = props;
  const row = finding.table === null ? null : `${finding.table} ${finding.rowId ?? ''}`;
  return (
    <>
      <span role="gridcell">
        <Mark icon={ICONS[finding.kind]} {...findingWords(finding.kind)} />
      </span>
      <span role="gridcell" title={finding.key}>
        <code>{finding.key}</code>
      </span>
      <span role="gridcell" title={row ?? 'No row points at this object'}>
        {row === null ? <span className="dim">–</span> : <code>{row}</code>}
      </span>
      <span role="gridcell" className="dim">
        {finding.status ?? '–'}
      </span>
      <span role="gridcell" className={classes.number}>
        <ByteSize sizeBytes={finding.recordedSizeBytes} />
      </span>
      <span role="gridcell" className={classes.number}>
        <ByteSize sizeBytes={finding.objectSizeBytes} />
      </span>
      <span role="gridcell" className="num dim">
        {finding.lastModified === null ? '–' : absoluteTime(finding.lastModified)}
      </span>
    </>
  );
}
