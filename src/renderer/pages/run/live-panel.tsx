import { Progress as ProgressBar } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { RunDetail } from '../../../shared/domain/run.ts';
import { useNowMs } from '../../components/now.ts';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { countOf } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import { absoluteTime } from '../../format/time.ts';
import { liveSentence } from '../../words/run-words.ts';
import type { LiveView } from './live-view.ts';
import classes from './run-page.module.css';

/** Fewer points are no line. */
const FEWEST_DRAWN = 3;

const RateLine = lazy(async () => {
  const { RateLine: line } = await import('../../components/charts/rate-line.tsx');
  return { default: line };
});

/** The run as it goes: what it does, how far, how fast, how long still, and what went wrong. */
export function LivePanel(props: { readonly run: RunDetail; readonly live: LiveView }) {
  const { run, live } = props;
  const { progress } = live;
  const nowMs = useNowMs();
  const percent = Math.floor((progress?.fraction ?? 0) * 100);
  const elapsedMs =
    run.startedAt === null ? (progress?.elapsedMs ?? 0) : nowMs - Date.parse(run.startedAt);
  return (
    <>
      <section className={classes.live} aria-label="Progress">
        <p className={classes.sentence}>{liveSentence(progress)}</p>
        <div className={classes.liveTop}>
          <div className={classes.percent}>
            {progress === undefined ? '–' : `${String(percent)} %`}
          </div>
          <dl className={classes.measures}>
            <Measure name="Rate" value={rateText(progress?.ratePerSecond ?? null)} />
            <Measure name="Time left" value={leftText(progress?.etaMs ?? null)} />
            <Measure name="Elapsed" value={durationText(elapsedMs)} />
            <Measure name="Problems" value={String(progress?.problems ?? 0)} />
          </dl>
        </div>
        <ProgressBar
          value={percent}
          size="lg"
          aria-label="Progress of the run"
          transitionDuration={200}
        />
        <div className={classes.rateRoom}>
          {live.rates.length < FEWEST_DRAWN ? (
            <span className="dim">The rate of the last minutes will be drawn here.</span>
          ) : (
            <Suspense fallback={null}>
              <RateLine rates={live.rates} />
            </Suspense>
          )}
        </div>
        {live.problems.length === 0 ? null : (
          <ol className={classes.problems} aria-label="Problems, newest first">
            {live.problems.map((problem) => (
              <li key={`${problem.at} ${problem.text}`} className={classes.problem}>
                <span className="num dim">{absoluteTime(problem.at).slice(11)}</span>
                <span>{problem.text}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
      {live.error === null ? null : <ErrorPanel error={live.error} />}
    </>
  );
}

function Measure(props: { readonly name: string; readonly value: string }) {
  return (
    <div className={classes.measure}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

function rateText(ratePerSecond: number | null): string {
  return ratePerSecond === null ? '–' : `${countOf(Math.round(ratePerSecond), 'item')}/s`;
}

function leftText(etaMs: number | null): string {
  return etaMs === null ? '–' : `about ${durationText(etaMs)}`;
}
