import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

/** What stands where there is nothing yet: what would be here, and how to get it. */
export function EmptyState(props: {
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      <p className={classes.title}>{props.title}</p>
      <p>{props.text}</p>
      {props.action === undefined ? null : <div className={classes.action}>{props.action}</div>}
    </div>
  );
}
