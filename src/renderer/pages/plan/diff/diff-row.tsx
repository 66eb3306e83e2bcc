import { Skeleton } from '@mantine/core';
import clsx from 'clsx';
import { memo } from 'react';
import type { PlanItem, PlanKind } from '../../../../shared/domain/plan.ts';
import { ProofMark } from '../../../components/proof-mark.tsx';
import { OutcomeMark, VerdictMark } from '../../../components/state-marks.tsx';
import { bytesText } from '../../../format/bytes.ts';
import { splitPath } from '../../../format/shorten.ts';
import { absoluteTime } from '../../../format/time.ts';
import { rowChanges } from '../../../words/row-change.ts';
import classes from './diff.module.css';

/**
 * One file of the diff in one line; a row whose page has not come yet keeps its place.
 *
 * Remembered while its file stays the same, so that scrolling draws only the rows that come into view.
 */
export const DiffRow = memo(function DiffRow(props: {
  readonly index: number;
  readonly offsetPx: number;
  readonly item: PlanItem | undefined;
  readonly kind: PlanKind;
  readonly look: 'plan' | 'outcome';
  readonly isActive: boolean;
  readonly onOpen: (item: PlanItem, index: number) => void;
}) {
  const { item } = props;
  return (
    <div
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.isActive}
      className={clsx(
        classes.row,
        classes.line,
        props.look === 'outcome' && classes.withOutcome,
        props.isActive && classes.active,
        item?.verdict === 'held' && classes.held,
      )}
      style={{ transform: `translateY(${String(props.offsetPx)}px)` }}
      onClick={() => {
        if (item !== undefined) props.onOpen(item, props.index);
      }}
    >
      {item === undefined ? (
        <span role="gridcell">
          <Skeleton height={10} width="60%" />
        </span>
      ) : (
        <Cells item={item} kind={props.kind} look={props.look} />
      )}
    </div>
  );
});

function Cells(props: {
  readonly item: PlanItem;
  readonly kind: PlanKind;
  readonly look: 'plan' | 'outcome';
}) {
  const { item } = props;
  const path = item.sourcePath ?? item.filename ?? item.objectKey ?? item.recordId;
  const { name, folder } = splitPath(path);
  return (
    <>
      <span role="gridcell" title={path}>
        {name} <span className="dim">{folder}</span>
      </span>
      <span role="gridcell" className="dim">
        {item.userId ?? '–'}
      </span>
      <span role="gridcell">
        <RowCell item={item} />
      </span>
      <span role="gridcell" className={classes.object}>
        <ObjectCell item={item} />
      </span>
      <span role="gridcell">
        <ProofMark proof={item.originalProof} detail={item.originalDetail} />
      </span>
      <span role="gridcell">
        <VerdictMark item={item} kind={props.kind} />
      </span>
      {props.look === 'outcome' ? (
        <span role="gridcell">
          <OutcomeMark item={item} />
        </span>
      ) : null}
    </>
  );
}

function RowCell(props: { readonly item: PlanItem }) {
  const changes = rowChanges(props.item).filter((change) => change.changed);
  const [status] = changes;
  if (props.item.rowAction === 'none' || status === undefined) {
    return <span className="dim">stays {props.item.before.status ?? 'NULL'}</span>;
  }
  const title = changes
    .map(({ label, before, after }) => `${label}: ${before ?? 'NULL'} → ${after ?? 'NULL'}`)
    .join('\n');
  const others = changes.length - 1;
  return (
    <span title={title}>
      {status.label === 'status' ? (
        <>
          <span className={classes.before}>{status.before ?? 'NULL'}</span> →{' '}
          <span className={classes.after}>{status.after ?? 'NULL'}</span>
        </>
      ) : (
        <span className={classes.after}>{status.label}</span>
      )}
      {others > 0 ? <span className="dim"> +{String(others)}</span> : null}
    </span>
  );
}

function ObjectCell(props: { readonly item: PlanItem }) {
  const { object, objectProof, objectDetail } = props.item;
  return (
    <>
      <ProofMark proof={objectProof} detail={objectDetail} />
      {object === null ? null : (
        <span className="num" title={`Last modified ${absoluteTime(object.lastModified)}`}>
          {bytesText(object.sizeBytes)}{' '}
          <span className={clsx(classes.modified, 'dim')}>{object.lastModified.slice(0, 10)}</span>
        </span>
      )}
    </>
  );
}
