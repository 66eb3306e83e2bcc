import { Button, Progress } from '@mantine/core';
import making from '../../components/plan-making-panel.module.css';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { countOf } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import type { Reconciling } from './use-reconcile.ts';

/** How a reconcile goes, with the way to stop it; or why it ended early. */
export function ReconcilePanel(props: {
  readonly reconciling: Reconciling;
  readonly onStop: () => void;
}) {
  const { reconciling } = props;
  if (reconciling.state === 'idle') return null;
  if (reconciling.state === 'failed') return <ErrorPanel error={reconciling.error} />;
  const { progress } = reconciling;
  return (
    <div className={making.panel} role="status">
      <div className={making.line}>
        <strong>{progress?.stage ?? 'Opening the target'}</strong>
        <span className="num dim">{countOf(progress?.done ?? 0, 'object')}</span>
        <span className="num dim">{durationText(progress?.elapsedMs ?? 0)}</span>
        <Button variant="default" onClick={props.onStop} className={making.cancel ?? ''}>
          Stop
        </Button>
      </div>
      {/* Nobody knows how many objects a bucket has before it was listed: the bar says only that it goes on. */}
      <Progress value={100} animated aria-label="The reconcile goes on" />
      <p className="dim">
        Nothing on the target changes. When it is stopped, or this page is left, what was compared
        is kept and can be gone on with.
      </p>
    </div>
  );
}
