import { Skeleton } from '@mantine/core';
import table from './table.module.css';
import { TableBox } from './table-box.tsx';

const WIDTHS = ['62%', '48%', '70%', '55%'] as const;

/** Rows of the height and number that will come. */
export function TableSkeleton(props: {
  readonly columns: readonly string[];
  readonly rowCount: number;
}) {
  const rows = Array.from({ length: props.rowCount }, (_, index) => index);
  return (
    <TableBox isBusy>
      <table className={table.table}>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {props.columns.map((column, index) => (
                <td key={column}>
                  <Skeleton height={10} width={WIDTHS[(row + index) % WIDTHS.length] ?? '50%'} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
