import { useVirtualizer } from '@tanstack/react-virtual';
import clsx from 'clsx';
import { type KeyboardEvent, useCallback, useRef, useState } from 'react';
import type { PlanItem } from '../../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorPanel } from '../../../components/problem-panel.tsx';
import classes from './diff.module.css';
import type { DiffFilter } from './diff-filter.ts';
import { DiffRow } from './diff-row.tsx';
import { nextActiveRow } from './next-active-row.ts';
import { useDiffRowCount, useDiffRows } from './use-diff-rows.ts';

const ROW_HEIGHT_PX = 32;
const SKELETON_ROWS = 12;
const OVERSCAN_ROWS = 10;
const COLUMNS = ['File', 'User', 'Row', 'Object', 'Original', 'Verdict'] as const;

/** The diff as a grid of rows of one height: only those in view are in the page, pages come as it scrolls. */
export function DiffTable(props: {
  readonly run: RunDetail;
  readonly filter: DiffFilter;
  readonly onOpen: (item: PlanItem) => void;
}) {
  const { run } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const request = { runId: run.runId, filter: props.filter };
  const { rowCount, error } = useDiffRowCount(request);
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
  const rows = useDiffRows({
    ...request,
    rowCount: rowCount ?? 0,
    firstRow: visible[0]?.index ?? 0,
    lastRow: visible.at(-1)?.index ?? 0,
  });
  const { onOpen } = props;
  const open = useCallback(
    (item: PlanItem, index: number) => {
      setActive(index);
      onOpen(item);
    },
    [onOpen],
  );

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter') {
      const item = rows.rowAt(active);
      if (item !== undefined) props.onOpen(item);
      return;
    }
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
        title="No file matches"
        text="No file of this plan matches the search and the filters."
      />
    );
  }
  const showsOutcome = run.state !== 'planned';
  const columns = showsOutcome ? [...COLUMNS, 'Outcome'] : COLUMNS;
  return (
    <div
      ref={scroller}
      className={classes.grid}
      role="grid"
      aria-label="The diff"
      aria-rowcount={(rowCount ?? 0) + 1}
      aria-busy={rowCount === undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={classes.head} role="rowgroup">
        <div className={clsx(classes.row, showsOutcome && classes.withOutcome)} role="row">
          {columns.map((column) => (
            <span key={column} role="columnheader">
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
          <DiffRow
            key={virtual.key}
            index={virtual.index}
            offsetPx={virtual.start - ROW_HEIGHT_PX}
            item={rows.rowAt(virtual.index)}
            kind={run.plan.kind}
            look={showsOutcome ? 'outcome' : 'plan'}
            isActive={virtual.index === active}
            onOpen={open}
          />
        ))}
      </div>
    </div>
  );
}
