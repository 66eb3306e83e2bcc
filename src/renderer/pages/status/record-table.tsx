import clsx from 'clsx';
import type { RecordStatus } from '../../../shared/domain/status.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ProofMark } from '../../components/proof-mark.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';

export const RECORD_COLUMNS = [
  'File',
  'User',
  'Status',
  'Size',
  'Row',
  'Object',
  'Original',
] as const;

/** Migration records with the three-way truth. */
export function RecordTable(props: {
  readonly records: readonly RecordStatus[];
  readonly onOpen: (record: RecordStatus) => void;
}) {
  if (props.records.length === 0) {
    return <EmptyState title="No record" text="No migration record matches this batch and user." />;
  }
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {RECORD_COLUMNS.map((column) => (
              <th key={column} scope="col" className={column === 'Size' ? table.number : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.records.map((record) => (
            <tr key={record.recordId} className={table.rowLink}>
              <td className={table.cut}>
                <button
                  type="button"
                  className={table.cellButton}
                  title={record.sourcePath ?? record.recordId}
                  onClick={() => {
                    props.onOpen(record);
                  }}
                >
                  {record.filename ?? record.sourcePath ?? record.recordId}
                </button>
              </td>
              <td className={table.fit}>{record.userId ?? <span className="dim">NULL</span>}</td>
              <td className={table.fit}>{record.status ?? <span className="dim">NULL</span>}</td>
              <td className={clsx(table.fit, table.number)}>
                <ByteSize sizeBytes={record.sizeBytes} />
              </td>
              <td className={table.fit}>
                <ProofMark {...record.row} />
              </td>
              <td className={table.fit}>
                <ProofMark {...record.object} />
              </td>
              <td className={table.fit}>
                <ProofMark {...record.original} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
