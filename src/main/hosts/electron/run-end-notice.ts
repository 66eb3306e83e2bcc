import type { NotificationConstructorOptions } from 'electron';
import type { RunDetail, RunState } from '../../../shared/domain/run.ts';

const WORDS: Readonly<Record<RunState, string>> = {
  planned: 'is planned',
  running: 'is running',
  interrupted: 'was interrupted',
  stopped: 'was stopped at a safe boundary',
  'at-checkpoint': 'waits at a checkpoint',
  failed: 'failed',
  partial: 'ended in part',
  succeeded: 'succeeded',
};

/** What the system says of a run that ended while the operator looked at something else. Names no file and no secret. */
export function runEndNotice(run: RunDetail): NotificationConstructorOptions {
  const { plan, counts, state } = run;
  const open = counts.drifted + counts.failed;
  return {
    title: `Unwind: the ${plan.kind} on ${plan.target.name} ${WORDS[state]}`,
    body: `${String(counts.done)} of ${String(counts.planned)} files done${open === 0 ? '' : `, ${String(open)} left`}.`,
    urgency: state === 'succeeded' ? 'normal' : 'critical',
  };
}
