import { Button, Progress } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { countText } from '../format/count.ts';
import { durationText } from '../format/duration.ts';
import type { PlanMaking } from '../use-plan-making.ts';
import classes from './plan-making-panel.module.css';
import { ErrorPanel } from './problem-panel.tsx';

/** The panel may be below the fold: an error that nobody sees is none. */
function FailedMaking(props: { readonly error: unknown }) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={panel}>
      <ErrorPanel error={props.error} />
    </div>
  );
}

/** How the making of a plan goes, with the way to cancel it; or why it did not come to be. */
export function PlanMakingPanel(props: {
  readonly making: PlanMaking;
  readonly onCancel: () => void;
}) {
  const { making } = props;
  if (making.state === 'idle') return null;
  if (making.state === 'failed') return <FailedMaking error={making.error} />;
  const { progress } = making;
  const amount =
    progress === undefined || progress.total === 0
      ? 'counting'
      : `${countText(progress.done)} of ${countText(progress.total)}`;
  return (
    <div className={classes.panel} role="status">
      <div className={classes.line}>
        <strong>{progress?.stage ?? 'Opening the target'}</strong>
        <span className="num dim">{amount}</span>
        <span className="num dim">{durationText(progress?.elapsedMs ?? 0)}</span>
        <Button variant="default" onClick={props.onCancel} className={classes.cancel ?? ''}>
          Cancel
        </Button>
      </div>
      <Progress
        value={(progress?.fraction ?? 0) * 100}
        aria-label="Progress of the plan"
        transitionDuration={200}
      />
      <p className="dim">Making a plan only reads. Nothing on the target changes.</p>
    </div>
  );
}
