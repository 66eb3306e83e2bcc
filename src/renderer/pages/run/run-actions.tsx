import { Button, Menu } from '@mantine/core';
import {
  IconCheck,
  IconDots,
  IconGauge,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import type { Progress, RunDetail } from '../../../shared/domain/run.ts';
import { client } from '../../client.ts';
import { PackButton } from '../../components/pack-button.tsx';
import { PlanMakingPanel } from '../../components/plan-making-panel.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { admissionOptions, refreshAfterChange } from '../../queries.ts';
import { usePlanMaking } from '../../use-plan-making.ts';
import { canUndo, isEnded, isUnfinished } from '../../words/run-words.ts';
import { SPEEDS, speedOf } from '../../words/speed-words.ts';
import { goOnText } from '../../words/stage-words.ts';
import classes from './run-actions.module.css';

/** What can be done with the run now. */
export function RunActions(props: {
  readonly run: RunDetail;
  readonly progress: Progress | undefined;
}) {
  const { run } = props;
  if (run.state === 'running') return <LiveActions run={run} progress={props.progress} />;
  if (run.state === 'planned') {
    return (
      <Button component={Link} href={`/plans/${run.runId}`}>
        Review the plan
      </Button>
    );
  }
  return isEnded(run.state) ? <EndedActions run={run} /> : null;
}

function LiveActions(props: { readonly run: RunDetail; readonly progress: Progress | undefined }) {
  const { runId } = props.run;
  const state = props.progress?.state;
  const pause = useMutation({ mutationFn: () => client.run.pause({ runId }) });
  const goOn = useMutation({ mutationFn: () => client.run.continue({ runId }) });
  const stop = useMutation({
    mutationFn: () => client.run.stop({ runId }),
    onSettled: refreshAfterChange,
  });
  const isStopping = stop.isPending || state === 'stopping';
  const isHeld = state === 'paused' || state === 'pausing';
  const error = pause.error ?? goOn.error ?? stop.error;
  return (
    <>
      {isHeld ? (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          disabled={state === 'pausing'}
          loading={goOn.isPending}
          onClick={() => {
            goOn.mutate();
          }}
        >
          {state === 'pausing' ? 'Pausing' : 'Continue'}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          disabled={isStopping}
          loading={pause.isPending}
          onClick={() => {
            pause.mutate();
          }}
        >
          Pause
        </Button>
      )}
      <SpeedMenu runId={runId} niceRatio={props.progress?.niceRatio ?? 0} isOff={isStopping} />
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} aria-hidden />}
        disabled={isStopping}
        onClick={() => {
          stop.mutate();
        }}
      >
        {isStopping ? 'Stopping at a safe boundary' : 'Stop at a safe boundary'}
      </Button>
      {error === null ? null : (
        <div className={classes.wide}>
          <ErrorPanel error={error} />
        </div>
      )}
    </>
  );
}

/** Slows the run down so that others get their turn at the target, or lets it go at full speed again. */
function SpeedMenu(props: {
  readonly runId: string;
  readonly niceRatio: number;
  readonly isOff: boolean;
}) {
  const { runId, niceRatio } = props;
  const throttle = useMutation({
    mutationFn: (ratio: number) => client.run.throttle({ runId, niceRatio: ratio }),
  });
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconGauge size={16} aria-hidden />}
            disabled={props.isOff}
            loading={throttle.isPending}
          >
            Speed: {speedOf(niceRatio).toLowerCase()}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SPEEDS.map((speed) => (
            <Menu.Item
              key={speed.niceRatio}
              leftSection={
                speed.niceRatio === niceRatio ? (
                  <IconCheck size={16} />
                ) : (
                  <span className={classes.noMark} />
                )
              }
              aria-current={speed.niceRatio === niceRatio}
              onClick={() => {
                throttle.mutate(speed.niceRatio);
              }}
            >
              {speed.name}
              <span className="dim"> · {speed.help}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {throttle.error === null ? null : (
        <div className={classes.wide}>
          <ErrorPanel error={throttle.error} />
        </div>
      )}
    </>
  );
}

function EndedActions(props: { readonly run: RunDetail }) {
  const { run } = props;
  const { runId } = run;
  const [, navigate] = useLocation();
  const { making, make, cancel } = usePlanMaking();
  const verify = useMutation({
    mutationFn: () => client.run.verify({ runId }),
    onSettled: refreshAfterChange,
  });
  const resume = useMutation({
    mutationFn: () => client.run.resume({ runId }),
    onSettled: refreshAfterChange,
  });
  const admission = useQuery({ ...admissionOptions(runId), enabled: isUnfinished(run) }).data;
  const frozenBecause = admission?.admission === 'refused' ? admission.sentence : null;
  const error = verify.error ?? resume.error;
  return (
    <>
      {run.undoneBy === null ? (
        <Button
          variant="default"
          loading={verify.isPending}
          onClick={() => {
            verify.mutate();
          }}
        >
          {run.verification === null ? 'Verify the run' : 'Verify again'}
        </Button>
      ) : null}
      <Button variant="default" component={Link} href={`/runs/${runId}/report`}>
        Report
      </Button>
      <PackButton about={{ runId }} errorClass={classes.wide} />
      {canUndo(run) ? (
        <Button
          variant="default"
          disabled={making.state === 'making'}
          onClick={() => {
            make((signal) => client.plan.createUndo({ runId }, { signal }));
          }}
        >
          {run.state === 'at-checkpoint' ? 'Take it back…' : 'Undo…'}
        </Button>
      ) : null}
      {run.quarantine === 'kept' && run.state !== 'at-checkpoint' ? (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <Button variant="default" px={8} aria-label="More about this run">
              <IconDots size={18} aria-hidden />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() => {
                navigate('/quarantine');
              }}
            >
              Purge its quarantine…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : null}
      {isUnfinished(run) ? (
        <Button
          disabled={frozenBecause !== null}
          loading={resume.isPending}
          onClick={() => {
            resume.mutate();
          }}
        >
          {run.state === 'at-checkpoint' ? goOnText(run) : 'Resume the run'}
        </Button>
      ) : null}
      {frozenBecause === null ? null : (
        <p className={classes.wide}>Safe mode: {frozenBecause} Only its exits may write.</p>
      )}
      {error === null ? null : (
        <div className={classes.wide}>
          <ErrorPanel error={error} />
        </div>
      )}
      {making.state === 'idle' ? null : (
        <div className={classes.wide}>
          <PlanMakingPanel making={making} onCancel={cancel} />
        </div>
      )}
    </>
  );
}
