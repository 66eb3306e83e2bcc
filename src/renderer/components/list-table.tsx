import clsx from 'clsx';
import type { ReactNode } from 'react';
import table from './table.module.css';
import { TableBox } from './table-box.tsx';

/** One column of a list; `wide` ones are left out in a narrow window, the one that is `cut` takes the room that is left. */
export interface ListColumn<Row> {
  readonly title: string;
  readonly width: 'fit' | 'number' | 'wide' | 'wide-number' | 'cut';
  readonly hover?: (row: Row) => string;
  readonly cell: (row: Row) => ReactNode;
}

/** A table of a few rows, one line each. Thousands of rows have `RowGrid`. */
export function ListTable<Row>(props: {
  readonly columns: readonly ListColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}) {
  const { columns, keyOf } = props;
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {columns.map(({ title, width }) => (
              <th key={title} scope="col" className={HEAD_CLASSES[width]}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, width, hover, cell }) => (
                <td key={title} className={CELL_CLASSES[width]} title={hover?.(row)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

const HEAD_CLASSES = {
  fit: undefined,
  cut: undefined,
  number: table.number,
  wide: table.wide,
  'wide-number': clsx(table.wide, table.number),
};
const CELL_CLASSES = {
  fit: table.fit,
  cut: table.cut,
  number: clsx(table.fit, table.number),
  wide: clsx(table.fit, table.wide),
  'wide-number': clsx(table.fit, table.wide, table.number),
};
