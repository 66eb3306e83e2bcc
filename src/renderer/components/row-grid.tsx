import { Skeleton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import clsx from 'clsx';
import { type KeyboardEvent, memo, type ReactNode, useCallback, useRef, useState } from 'react';
import { EmptyState } from './empty-state.tsx';
import { nextActiveRow } from './next-active-row.ts';
import { ErrorPanel } from './problem-panel.tsx';
import classes from './row-grid.module.css';
import { type RowSource, useRowCount, useRowsInView } from './use-row-pages.ts';

const ROW_HEIGHT_PX = 32;
const SKELETON_ROWS = 12;
const OVERSCAN_ROWS = 10;

/** One column: its head, and what a row shows in it. */
export interface GridColumn<Row> {
  readonly title: string;
  readonly className?: string | undefined;
  /** What the cell cuts off, for hover. */
  readonly hover?: (row: Row) => string;
  readonly cell: (row: Row) => ReactNode;
}

/** How rows look and what opening one does. Columns, `rowClass` and `onOpen` keep their identity while they mean the same. */
interface RowLook<Row> {
  readonly columns: readonly GridColumn<Row>[];
  /** Gives head and rows their grid of columns. */
  readonly layoutClass: string | undefined;
  readonly rowClass?: ((row: Row) => string | undefined) | undefined;
  readonly onOpen?: ((row: Row) => void) | undefined;
}

/** Rows of one height: only those in view are in the page, pages come as it scrolls; keys move through it, Enter opens. */
export function RowGrid<Row>(
  props: RowLook<Row> & {
    readonly label: string;
    readonly source: RowSource<Row>;
    readonly empty: { readonly title: string; readonly text: string };
  },
) {
  const { columns, layoutClass, rowClass, onOpen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const { rowCount, error } = useRowCount(props.source);
  const virtualizer = useVirtualizer({
    count: rowCount ?? SKELETON_ROWS,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: OVERSCAN_ROWS,
    // The column heads stay at the top of the scrolled area and take one row of it.
    scrollMargin: ROW_HEIGHT_PX,
    scrollPaddingStart: ROW_HEIGHT_PX,
  });
  const visible = virtualizer.getVirtualItems();
  const rows = useRowsInView(props.source, {
    rowCount: rowCount ?? 0,
    firstRow: visible[0]?.index ?? 0,
    lastRow: visible.at(-1)?.index ?? 0,
  });
  const open = useCallback(
    (row: Row, index: number) => {
      setActive(index);
      onOpen?.(row);
    },
    [onOpen],
  );

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter') {
      const row = rows.rowAt(active);
      if (row !== undefined) onOpen?.(row);
      return;
    }
    const next = nextActiveRow({ key: event.key, active, rowCount: rowCount ?? 0 });
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    virtualizer.scrollToIndex(next);
  }

  if (error !== null || rows.error !== null) return <ErrorPanel error={error ?? rows.error} />;
  if (rowCount === 0) return <EmptyState {...props.empty} />;
  return (
    <div
      ref={scroller}
      className={classes.grid}
      role="grid"
      aria-label={props.label}
      aria-rowcount={(rowCount ?? 0) + 1}
      aria-busy={rowCount === undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={classes.head} role="rowgroup">
        <div className={clsx(classes.row, layoutClass)} role="row">
          {columns.map(({ title, className }) => (
            <span key={title} role="columnheader" className={className}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div
        className={classes.canvas}
        role="rowgroup"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {visible.map((virtual) => (
          <Line
            key={virtual.key}
            columns={columns}
            layoutClass={layoutClass}
            rowClass={rowClass}
            index={virtual.index}
            offsetPx={virtual.start - ROW_HEIGHT_PX}
            row={rows.rowAt(virtual.index)}
            isActive={virtual.index === active}
            onOpen={onOpen === undefined ? undefined : open}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps<Row> extends Omit<RowLook<Row>, 'onOpen'> {
  readonly index: number;
  readonly offsetPx: number;
  readonly row: Row | undefined;
  readonly isActive: boolean;
  readonly onOpen: ((row: Row, index: number) => void) | undefined;
}

/**
 * One row in one line; a row whose page has not come yet keeps its place. Remembered while its row stays the same, so that scrolling
 * draws only the rows that come into view.
 */
const Line = memo(function Line<Row>(props: LineProps<Row>) {
  const { row, onOpen } = props;
  return (
    <div
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.isActive}
      className={clsx(
        classes.row,
        classes.line,
        props.layoutClass,
        onOpen !== undefined && classes.opens,
        props.isActive && classes.active,
        row !== undefined && props.rowClass?.(row),
      )}
      style={{ transform: `translateY(${String(props.offsetPx)}px)` }}
      onClick={() => {
        if (row !== undefined) onOpen?.(row, props.index);
      }}
    >
      {row === undefined ? (
        <span role="gridcell">
          <Skeleton height={10} width="60%" />
        </span>
      ) : (
        props.columns.map(({ title, className, hover, cell }) => (
          <span key={title} role="gridcell" className={className} title={hover?.(row)}>
            {cell(row)}
          </span>
        ))
      )}
    </div>
  );
}) as <Row>(props: LineProps<Row>) => ReactNode;
