import { Skeleton } from '@mantine/core';
import classes from './page.module.css';

/** A page whose code is still on its way. */
export function PageSkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <Skeleton height={28} width={160} />
    </div>
  );
}
