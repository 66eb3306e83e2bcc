import clsx from 'clsx';
import { Link } from 'wouter';
import type { ReconcileReport } from '../../../shared/domain/reconcile.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { countText } from '../../format/count.ts';

const FOLDER_COLUMNS = [
  'First folder',
  'Objects',
  'Size',
  'Rows without object',
  'Sizes that differ',
  'Objects without row',
] as const;

/** Findings by the first folder of their keys. */
export function FolderTable(props: { readonly folders: ReconcileReport['folders'] }) {
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {FOLDER_COLUMNS.map((column, index) => (
              <th key={column} scope="col" className={clsx(index > 0 && table.number)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.folders.map((folder) => (
            <tr key={folder.folder}>
              <td className={table.cut}>
                {folder.folder === '' ? (
                  <span className="dim">no folder</span>
                ) : (
                  <code>{folder.folder}/</code>
                )}
              </td>
              <td className={clsx(table.fit, table.number)}>{countText(folder.objects)}</td>
              <td className={clsx(table.fit, table.number)}>
                <ByteSize sizeBytes={folder.sizeBytes} />
              </td>
              <td className={clsx(table.fit, table.number)}>{countText(folder.danglingRows)}</td>
              <td className={clsx(table.fit, table.number)}>{countText(folder.sizeDiffers)}</td>
              <td className={clsx(table.fit, table.number)}>{countText(folder.orphanObjects)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

const QUARANTINE_COLUMNS = ['Kept by', 'Objects', 'Size'] as const;

/** The copies that runs keep in the bucket: no orphans. */
export function QuarantinedTable(props: { readonly quarantine: ReconcileReport['quarantine'] }) {
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {QUARANTINE_COLUMNS.map((column, index) => (
              <th key={column} scope="col" className={clsx(index > 0 && table.number)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.quarantine.map((one) => (
            <tr key={one.runId ?? ''}>
              <td className={table.cut}>
                <KeptBy runId={one.runId} known={one.known} />
              </td>
              <td className={clsx(table.fit, table.number)}>{countText(one.objects)}</td>
              <td className={clsx(table.fit, table.number)}>
                <ByteSize sizeBytes={one.sizeBytes} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function KeptBy(props: { readonly runId: string | null; readonly known: boolean }) {
  if (props.runId === null) return <span className="dim">no run: put there by hand</span>;
  if (props.known) return <Link href={`/runs/${props.runId}`}>Run {props.runId}</Link>;
  return (
    <>
      Run {props.runId} <span className="dim">of another workspace</span>
    </>
  );
}
