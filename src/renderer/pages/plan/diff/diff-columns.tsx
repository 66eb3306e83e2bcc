import clsx from 'clsx';
import type { PlanItem, PlanKind } from '../../../../shared/domain/plan.ts';
import { ProofMark } from '../../../components/proof-mark.tsx';
import type { GridColumn } from '../../../components/row-grid.tsx';
import { OutcomeMark, VerdictMark } from '../../../components/state-marks.tsx';
import { bytesText } from '../../../format/bytes.ts';
import { splitPath } from '../../../format/shorten.ts';
import { absoluteTime } from '../../../format/time.ts';
import { rowChanges } from '../../../words/row-change.ts';
import classes from './diff.module.css';

/** What the diff shows of a file; after the run also what became of it. */
export function diffColumns(
  kind: PlanKind,
  look: 'plan' | 'outcome',
): readonly GridColumn<PlanItem>[] {
  const planned: readonly GridColumn<PlanItem>[] = [
    { title: 'File', hover: pathOf, cell: (item) => <FileCell item={item} /> },
    { title: 'User', className: 'dim', cell: (item) => item.userId ?? '–' },
    { title: 'Row', cell: (item) => <RowCell item={item} /> },
    { title: 'Object', className: classes.object, cell: (item) => <ObjectCell item={item} /> },
    {
      title: 'Original',
      cell: (item) => <ProofMark proof={item.originalProof} detail={item.originalDetail} />,
    },
    { title: 'Verdict', cell: (item) => <VerdictMark item={item} kind={kind} /> },
  ];
  return look === 'plan'
    ? planned
    : [...planned, { title: 'Outcome', cell: (item) => <OutcomeMark item={item} /> }];
}

function pathOf(item: PlanItem): string {
  return item.sourcePath ?? item.filename ?? item.objectKey ?? item.recordId;
}

function FileCell(props: { readonly item: PlanItem }) {
  const { name, folder } = splitPath(pathOf(props.item));
  return (
    <>
      {name} <span className="dim">{folder}</span>
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
