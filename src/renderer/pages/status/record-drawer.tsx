import { Drawer } from '@mantine/core';
import type { RecordStatus, Truth } from '../../../shared/domain/status.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { Copyable } from '../../components/copyable.tsx';
import { Fields } from '../../components/fields.tsx';
import { Section } from '../../components/page.tsx';
import { ProofMark } from '../../components/proof-mark.tsx';

/** Everything that is known of one migration record. */
export function RecordDrawer(props: {
  readonly record: RecordStatus | undefined;
  readonly onClose: () => void;
}) {
  const { record } = props;
  return (
    <Drawer
      opened={record !== undefined}
      onClose={props.onClose}
      position="right"
      size={520}
      title={record?.filename ?? record?.recordId ?? ''}
    >
      {record === undefined ? null : <RecordFacts record={record} />}
    </Drawer>
  );
}

function RecordFacts(props: { readonly record: RecordStatus }) {
  const { record } = props;
  const texts = [
    { name: 'Record', what: 'record id', text: record.recordId },
    { name: 'Batch', what: 'batch id', text: record.batchId },
    { name: 'File', what: 'file id', text: record.fileId },
    { name: 'User', what: 'user id', text: record.userId },
    { name: 'Source path', what: 'source path', text: record.sourcePath },
    { name: 'Object key', what: 'object key', text: record.objectKey },
    { name: 'Error', what: 'error', text: record.errorMessage },
  ];
  return (
    <>
      <Section title="Truth">
        <Fields
          fields={[
            { name: 'Row', value: <Proved truth={record.row} /> },
            { name: 'Object', value: <Proved truth={record.object} /> },
            { name: 'Original', value: <Proved truth={record.original} /> },
          ]}
        />
      </Section>
      <Section title="Record">
        <Fields
          fields={[
            { name: 'Status', value: record.status ?? 'NULL' },
            { name: 'Size', value: <ByteSize sizeBytes={record.sizeBytes} /> },
            ...texts.map(({ name, what, text }) => ({
              name,
              value:
                text === null ? (
                  <span className="dim">NULL</span>
                ) : (
                  <Copyable text={text} what={what} look="wrapped" />
                ),
            })),
          ]}
        />
      </Section>
    </>
  );
}

function Proved(props: { readonly truth: Truth }) {
  return (
    <div>
      <ProofMark {...props.truth} />
      <div className="dim">{props.truth.detail}</div>
    </div>
  );
}
