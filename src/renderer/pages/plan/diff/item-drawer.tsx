import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { assertNever } from '../../../../shared/domain/operator-error.ts';
import type { ObjectAction, PlanItem, Proof } from '../../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import { ByteSize } from '../../../components/byte-size.tsx';
import { Copyable } from '../../../components/copyable.tsx';
import { Fields } from '../../../components/fields.tsx';
import { Section } from '../../../components/page.tsx';
import { ProofMark } from '../../../components/proof-mark.tsx';
import { OutcomeMark, VerdictMark } from '../../../components/state-marks.tsx';
import { TimeStamp } from '../../../components/time-stamp.tsx';
import { heldReasonWord } from '../../../words/plan-words.ts';
import { rowChanges } from '../../../words/row-change.ts';
import classes from './diff.module.css';
import { ItemSql } from './item-sql.tsx';

/** Everything that the plan knows of one file. */
export function ItemDrawer(props: {
  readonly item: PlanItem | undefined;
  readonly run: RunDetail;
  readonly onClose: () => void;
}) {
  const { item } = props;
  return (
    <Drawer
      opened={item !== undefined}
      onClose={props.onClose}
      position="right"
      size={560}
      title={<strong>{item?.filename ?? item?.recordId ?? ''}</strong>}
    >
      {item === undefined ? null : <ItemFacts item={item} run={props.run} />}
    </Drawer>
  );
}

function ItemFacts(props: { readonly item: PlanItem; readonly run: RunDetail }) {
  const { item, run } = props;
  const { held, outcomeDetail } = item;
  return (
    <>
      <Fields
        fields={[
          { name: 'Verdict', value: <VerdictMark item={item} kind={run.plan.kind} /> },
          ...(held === null
            ? []
            : [
                { name: 'Held because', value: heldReasonWord(held.reason) },
                { name: 'Fact', value: held.detail },
                { name: 'What to do', value: held.fix },
              ]),
          ...(run.state === 'planned'
            ? []
            : [{ name: 'Outcome', value: <OutcomeMark item={item} /> }]),
          ...(outcomeDetail === null ? [] : [{ name: 'What happened', value: outcomeDetail }]),
        ]}
      />
      <Section title="Row">
        <RowComparison item={item} />
        {item.rowAction === 'reset' || item.rowAction === 'restore' ? (
          <ItemSql key={item.seq} runId={run.runId} seq={item.seq} />
        ) : null}
      </Section>
      <Section title="Object">
        <ObjectFacts item={item} />
      </Section>
      <Section title="Original">
        <Fields
          fields={[
            { name: 'Path', value: <MaybeText text={item.sourcePath} what="source path" /> },
            {
              name: 'Proof',
              value: <Proved proof={item.originalProof} detail={item.originalDetail} />,
            },
          ]}
        />
      </Section>
      <Section title="Ids">
        <Fields
          fields={[
            { name: 'Record', value: <MaybeText text={item.recordId} what="record id" /> },
            { name: 'File', value: <MaybeText text={item.fileId} what="file id" /> },
            { name: 'Batch', value: <MaybeText text={item.batchId} what="batch id" /> },
            { name: 'User', value: <MaybeText text={item.userId} what="user id" /> },
          ]}
        />
      </Section>
    </>
  );
}

function RowComparison(props: { readonly item: PlanItem }) {
  return (
    <table className={classes.comparison}>
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {rowChanges(props.item).map((change) => (
          <tr key={change.label}>
            <td>
              <code>{change.label}</code>
            </td>
            <td>
              <code>{change.before ?? 'NULL'}</code>
            </td>
            <td>
              {change.changed ? (
                <code className={classes.after}>{change.after ?? 'NULL'}</code>
              ) : (
                <span className="dim">same</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ObjectFacts(props: { readonly item: PlanItem }) {
  const { item } = props;
  const { object } = item;
  const facts: { name: string; value: ReactNode }[] = [
    { name: 'Key', value: <MaybeText text={item.objectKey} what="object key" /> },
    { name: 'Action', value: objectActionWord(item.objectAction) },
    { name: 'Proof', value: <Proved proof={item.objectProof} detail={item.objectDetail} /> },
  ];
  if (object !== null) {
    facts.push(
      { name: 'Size', value: <ByteSize sizeBytes={object.sizeBytes} /> },
      { name: 'Modified', value: <TimeStamp iso={object.lastModified} /> },
      { name: 'ETag', value: <Copyable text={object.etag} what="ETag" /> },
    );
  }
  return <Fields fields={facts} />;
}

function objectActionWord(action: ObjectAction): string {
  switch (action) {
    case 'none':
      return 'stays';
    case 'keep-shared':
      return 'stays: another row points at it';
    case 'quarantine-and-delete':
      return 'copied to quarantine, verified, then deleted';
    case 'restore':
      return 'copied back from quarantine';
    case 'purge':
      return 'deleted from quarantine for good';
    default:
      return assertNever(action);
  }
}

function MaybeText(props: { readonly text: string | null; readonly what: string }) {
  if (props.text === null) return <span className="dim">NULL</span>;
  return <Copyable text={props.text} what={props.what} look="wrapped" />;
}

function Proved(props: { readonly proof: Proof; readonly detail: string }) {
  return (
    <div>
      <ProofMark proof={props.proof} detail={props.detail} />
      <div className="dim">{props.detail}</div>
    </div>
  );
}
