import {
  IconCheck,
  IconCircle,
  IconFlag3,
  IconLoader2,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import clsx from 'clsx';
import classes from './step-track.module.css';

/** One step on the track. `planned`: the plan has not been executed. */
export interface TrackStep {
  readonly name: string;
  readonly title: string;
  readonly state: 'planned' | 'waiting' | 'running' | 'done' | 'failed';
  /** Beneath the title: how much there is to do, or how far it is. */
  readonly amount: string;
  readonly pointOfNoReturn: boolean;
}

const ICONS: Record<TrackStep['state'], TablerIcon> = {
  planned: IconCircle,
  waiting: IconCircle,
  running: IconLoader2,
  done: IconCheck,
  failed: IconX,
};

const STATE_WORDS: Record<TrackStep['state'], string> = {
  planned: '',
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
};

/** The order of steps, from left to right, with the point of no return drawn before the step that is one. */
export function StepTrack(props: { readonly steps: readonly TrackStep[] }) {
  return (
    <ol className={classes.track} aria-label="Steps in order" tabIndex={0}>
      {props.steps.map((step, index) => (
        <li
          key={step.name}
          className={clsx(classes.step, classes[step.state], step.pointOfNoReturn && classes.final)}
          aria-current={step.state === 'running' ? 'step' : undefined}
        >
          <StepHead step={step} index={index} />
          <div className={classes.title}>{step.title}</div>
          <div className={classes.amount}>
            {step.amount}
            {step.state === 'planned' ? null : (
              <span className={classes.word}> · {STATE_WORDS[step.state]}</span>
            )}
          </div>
          {step.pointOfNoReturn ? (
            <div className={classes.flag}>
              <IconFlag3 size={14} aria-hidden />
              Point of no return
            </div>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

function StepHead(props: { readonly step: TrackStep; readonly index: number }) {
  const Icon = ICONS[props.step.state];
  return (
    <div className={classes.head}>
      <span className={classes.dot}>
        {props.step.state === 'planned' || props.step.state === 'waiting' ? (
          <span className="num">{String(props.index + 1)}</span>
        ) : (
          <Icon size={14} stroke={2.5} aria-hidden />
        )}
      </span>
      <span className={classes.line} />
    </div>
  );
}
