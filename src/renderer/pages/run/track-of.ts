import type { Progress, RunDetail, StepProgress } from '../../../shared/domain/run.ts';
import type { TrackStep } from '../../components/step-track.tsx';
import { countOf, countText } from '../../format/count.ts';

/** The steps of a run as the track shows them; the live stream is ahead of the run file. */
export function trackOf(run: RunDetail, progress: Progress | undefined): readonly TrackStep[] {
  const finals = new Set(
    run.plan.steps.filter((step) => step.pointOfNoReturn).map((step) => step.name),
  );
  const current =
    progress?.step == null ? -1 : run.steps.findIndex(({ name }) => name === progress.step);
  return run.steps.map((step, index) => {
    const live = current < 0 ? step : withLive({ step, index, current, progress });
    return {
      name: live.name,
      title: live.title,
      state: live.state,
      amount: amountOf(live),
      pointOfNoReturn: finals.has(live.name),
    };
  });
}

function withLive(at: {
  readonly step: StepProgress;
  readonly index: number;
  readonly current: number;
  readonly progress: Progress | undefined;
}): StepProgress {
  const { step, index, current, progress } = at;
  if (progress === undefined || step.state === 'done' || step.state === 'failed') return step;
  if (index < current) return { ...step, state: 'done', done: step.total };
  if (index > current) return step;
  return { ...step, state: 'running', done: progress.done, total: progress.total || step.total };
}

function amountOf(step: StepProgress): string {
  const isUntouched = step.state === 'waiting' && step.done === 0;
  if (isUntouched || step.state === 'done' || step.total === 0) return countOf(step.total, 'item');
  return `${countText(step.done)} of ${countText(step.total)}`;
}
