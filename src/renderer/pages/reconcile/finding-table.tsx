import { useVirtualizer } from '@tanstack/react-virtual';
import clsx from 'clsx';
import { type KeyboardEvent, useRef, useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { nextActiveRow } from '../plan/diff/next-active-row.ts';
import { FindingRow } from './finding-row.tsx';
import classes from './findings.module.css';
import { type FindingRequest, useFindingCount, useFindingRows } from './use-finding-rows.ts';

const ROW_HEIGHT_PX = 32;
const SKELETON_ROWS = 8;
const OVERSCAN_ROWS = 10;
const COLUMNS = ['Finding', 'Key', 'Row', 'Status', 'Recorded', 'Object', 'Modified'] as const;

/** The findings as a grid of rows of one height: only those in view are in the page, pages come as it scrolls. */
export function FindingTable(props: { readonly request: FindingRequest }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const { rowCount, error } = useFindingCount(props.request);
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
  const rows = useFindingRows({
    ...props.request,
    rowCount: rowCount ?? 0,
    firstRow: visible[0]?.index ?? 0,
    lastRow: visible.at(-1)?.index ?? 0,
  });

  function onKeyDown(event: KeyboardEvent) {
    const next = nextActiveRow({ key: event.key, active, rowCount: rowCount ?? 0 });
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    virtualizer.scrollToIndex(next);
  }

  if (error !== null || rows.error !== null) return <ErrorPanel error={error ?? rows.error} />;
  if (rowCount === 0) {
    return (
      <EmptyState
        title="No finding matches"
        text="Nothing that this report found matches the search and the filter."
      />
    );
  }
  return (
    <div
      ref={scroller}
      className={classes.grid}
      role="grid"
      aria-label="Findings"
      aria-rowcount={(rowCount ?? 0) + 1}
      aria-busy={rowCount === undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={classes.head} role="rowgroup">
        <div className={classes.row} role="row">
          {COLUMNS.map((column) => (
            <span
              key={column}
              role="columnheader"
              className={clsx((column === 'Recorded' || column === 'Object') && classes.number)}
            >
              {column}
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
          <FindingRow
            key={virtual.key}
            index={virtual.index}
            offsetPx={virtual.start - ROW_HEIGHT_PX}
            finding={rows.rowAt(virtual.index)}
            isActive={virtual.index === active}
          />
        ))}
      </div>
    </div>
  );
}
