import type { RunDetail } from '../../shared/domain/run.ts';
import type { Checkpoint, StageExtent, StageRequest } from '../../shared/domain/stage.ts';
import { countOf, countText } from '../format/count.ts';

/** What the checkpoint after a canary is called. */
const CANARY_CHECKPOINT = 'after-canary';

/** The stages of a run that does so many files first; all at once without them. */
export function canaryOf(files: number | null): StageRequest[] {
  return files === null ? [] : [{ files, checkpoint: CANARY_CHECKPOINT }];
}

/** Files of the stages that have not begun. */
export function filesLeft(run: RunDetail): number {
  return run.stages
    .filter((stage) => stage.state === 'waiting')
    .reduce((sum, stage) => sum + stage.files, 0);
}

/** The checkpoint at which a run waits; `null` for one that does not. */
export function waitsAt(run: RunDetail): string | null {
  if (run.state !== 'at-checkpoint') return null;
  return run.stages.findLast((stage) => stage.state === 'done')?.checkpoint ?? null;
}

/** What going on does, as a button. */
export function goOnText(run: RunDetail): string {
  const next = run.stages.find((stage) => stage.state === 'waiting');
  const left = filesLeft(run);
  if (next === undefined || next.files === left) {
    return `Go on with the remaining ${countOf(left, 'file')}`;
  }
  return `Go on with the next ${countText(next.files)} of ${countOf(left, 'file')}`;
}

/** What happens first and what waits, in one sentence. */
export function canarySentence(stages: readonly StageExtent[]): string {
  const [first, ...others] = stages;
  if (first === undefined) return '';
  const left = others.reduce((sum, stage) => sum + stage.files, 0);
  return `${countOf(first.files, 'file goes', 'files go')} through every step and ${first.files === 1 ? 'is' : 'are'} verified. Then the run waits at checkpoint “${first.checkpoint ?? ''}”; ${countOf(left, 'file stays', 'files stay')} untouched until you go on or take it back.`;
}

/** Whether a run can be taken back to a checkpoint: it stands between stages, and something was done after it. */
export function canGoBackTo(run: RunDetail, checkpoint: Checkpoint): boolean {
  if (checkpoint.kind !== 'boundary' || checkpoint.stage === 0) return false;
  if (run.undoneBy !== null || run.takenBackTo !== null || run.quarantine === 'purged')
    return false;
  const isSettled =
    run.state === 'succeeded' ||
    run.state === 'partial' ||
    run.state === 'stopped' ||
    run.state === 'failed' ||
    run.state === 'at-checkpoint';
  const newest = run.checkpoints.at(-1);
  const isLater = (newest?.stage ?? 0) > checkpoint.stage || run.state === 'succeeded';
  return isSettled && isLater;
}
