import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { countText } from '../../format/count.ts';
import classes from './status-page.module.css';

/** Moves through pages of a list whose length is known. */
export function Pager(props: {
  readonly offset: number;
  readonly pageSize: number;
  readonly total: number | undefined;
  readonly onMove: (offset: number) => void;
}) {
  const { offset, pageSize, total } = props;
  const last = Math.min(offset + pageSize, total ?? 0);
  return (
    <div className={classes.pager}>
      <span className={`${classes.range ?? ''} num dim`}>
        {total === undefined || total === 0
          ? ''
          : `${countText(offset + 1)}–${countText(last)} of ${countText(total)}`}
      </span>
      <ActionIcon
        variant="default"
        size={36}
        aria-label="Previous page"
        disabled={offset === 0}
        onClick={() => {
          props.onMove(Math.max(0, offset - pageSize));
        }}
      >
        <IconChevronLeft size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={36}
        aria-label="Next page"
        disabled={last >= (total ?? 0)}
        onClick={() => {
          props.onMove(offset + pageSize);
        }}
      >
        <IconChevronRight size={18} aria-hidden />
      </ActionIcon>
    </div>
  );
}
