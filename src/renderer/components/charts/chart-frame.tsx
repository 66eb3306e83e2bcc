import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import table from '../table.module.css';
import classes from './chart.module.css';

/** The numbers of a chart in words: what the table shows in its stead. */
export interface ChartTable {
  readonly columns: readonly string[];
  /** One line for each day on which there was something, the newest first; the first cell is its day. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * A chart that answers one question, which is its title. The table of the same numbers is one click away; it is also what a
 * screen reader is given, for a drawing says nothing to it beyond `summary`.
 */
export function ChartFrame(props: {
  readonly question: string;
  /** The answer in one sentence. */
  readonly summary: string;
  readonly table: ChartTable;
  /** What would appear, where there is nothing to draw. */
  readonly empty: string | undefined;
  readonly children: (width: number) => ReactNode;
}) {
  const [isTable, setIsTable] = useState(false);
  const { ref, width } = useElementSize();
  return (
    <figure className={classes.frame} aria-label={props.question}>
      <figcaption className={classes.caption}>
        <h2>{props.question}</h2>
        <p>{props.summary}</p>
        <Button
          size="compact-xs"
          variant="default"
          aria-pressed={isTable}
          onClick={() => {
            setIsTable(!isTable);
          }}
        >
          {isTable ? 'As a chart' : 'As a table'}
        </Button>
      </figcaption>
      <div ref={ref} className={classes.body}>
        {isTable ? (
          <NumberTable question={props.question} {...props.table} />
        ) : props.empty !== undefined ? (
          <p className={classes.empty}>{props.empty}</p>
        ) : width === 0 ? null : (
          props.children(width)
        )}
      </div>
    </figure>
  );
}

function NumberTable(props: ChartTable & { readonly question: string }) {
  return (
    <div className={classes.numbers}>
      <table className={table.table} aria-label={`Numbers: ${props.question}`}>
        <thead>
          <tr>
            {props.columns.map((column, index) => (
              <th key={column} scope="col" className={index === 0 ? undefined : table.number}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((cells) => (
            <tr key={cells[0]}>
              {cells.map((cell, index) => (
                <td key={props.columns[index]} className={index === 0 ? table.fit : table.number}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
