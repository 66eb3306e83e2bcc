import { assertNever } from '../../shared/domain/operator-error.ts';
import type { PlanKind } from '../../shared/domain/plan.ts';
import type { Progress, RunDetail, RunState, RunSummary } from '../../shared/domain/run.ts';
import { countOf, countText } from '../format/count.ts';
import { betweenMs, durationText } from '../format/duration.ts';
import { kindWord } from './plan-words.ts';
import { filesLeft, waitsAt } from './stage-words.ts';
import type { Tone } from './tone.ts';

/** A state of a run as a word with its tone. */
export function runStateWords(state: RunState): { readonly word: string; readonly tone: Tone } {
  switch (state) {
    case 'planned':
      return { word: 'Planned', tone: 'idle' };
    case 'running':
      return { word: 'Running', tone: 'running' };
    case 'interrupted':
      return { word: 'Interrupted', tone: 'failed' };
    case 'stopped':
      return { word: 'Stopped', tone: 'held' };
    case 'at-checkpoint':
      return { word: 'At a checkpoint', tone: 'held' };
    case 'failed':
      return { word: 'Failed', tone: 'failed' };
    case 'partial':
      return { word: 'Partly done', tone: 'held' };
    case 'succeeded':
      return { word: 'Succeeded', tone: 'done' };
    default:
      return assertNever(state);
  }
}

const UNFINISHED: ReadonlySet<RunState> = new Set([
  'interrupted',
  'stopped',
  'at-checkpoint',
  'failed',
  'partial',
]);

/** Whether the operator has something to finish here: not once an undo took the run back. */
export function isUnfinished(run: Pick<RunSummary, 'state' | 'undoneBy'>): boolean {
  return run.undoneBy === null && UNFINISHED.has(run.state);
}

/** Whether a resume has something to go on with: a partial run only where deletes failed that can be tried again. */
export function canResume(run: Pick<RunSummary, 'state' | 'counts' | 'undoneBy'>): boolean {
  return isUnfinished(run) && (run.state !== 'partial' || run.counts.failed > 0);
}

/** Whether `undo` can take the run back: it was a rollback or a restore, it changed something, and it was not undone yet. */
export function canUndo(run: RunDetail): boolean {
  const { kind } = run.plan;
  if ((kind !== 'rollback' && kind !== 'restore') || run.undoneBy !== null) return false;
  if (run.quarantine === 'purged' || run.quarantine === 'restored') return false;
  // What an interrupted run did last is not settled: it is resumed first.
  return isEnded(run.state) && run.state !== 'interrupted' && hasChanged(run);
}

/** Whether anything was changed, whole files or only their rows. */
function hasChanged(run: RunDetail): boolean {
  const rows = run.steps.find((step) => step.name === 'reset-rows')?.done ?? 0;
  return run.counts.done > 0 || rows > 0;
}

/** Whether the run has come to an end, good or not, so that it can be read as a whole. */
export function isEnded(state: RunState): boolean {
  return state !== 'planned' && state !== 'running';
}

/** What is happening, in one sentence, while the run goes on. */
export function liveSentence(progress: Progress | undefined): string {
  if (progress === undefined) return 'Waiting for news from the run.';
  switch (progress.state) {
    case 'planning':
    case 'running':
      return `${progress.stage}: ${stepAmount(progress)}.`;
    case 'pausing':
      return 'Pausing at the next safe boundary.';
    case 'paused':
      return 'Paused at a safe boundary. Nothing changes until it continues.';
    case 'stopping':
      return 'Stopping at the next safe boundary.';
    case 'ended':
      return 'The run has ended.';
    default:
      return assertNever(progress.state);
  }
}

function stepAmount(progress: Progress): string {
  if (progress.total === 0) return 'counting';
  return `${countText(progress.done)} of ${countOf(progress.total, 'item')}`;
}

/** What became of the run, in one or two sentences. */
export function verdictSentence(run: RunDetail): string {
  const noun = kindWord(run.plan.kind);
  switch (run.state) {
    case 'planned':
      return 'This plan has not been executed.';
    case 'running':
      return `${noun} in progress.`;
    case 'interrupted':
      return `${noun} interrupted: the process that ran it died. Resume probes what happened, then finishes.`;
    case 'stopped':
      return `${noun} stopped at a safe boundary after ${doneOfPlanned(run)}. Resume goes on from there.`;
    case 'at-checkpoint':
      return waitingSentence(run);
    case 'failed':
      return `${noun} failed after ${doneOfPlanned(run)}. Later steps were not reached.`;
    case 'partial':
      return `${noun} partly done: ${doneOfPlanned(run)}, ${leftUndone(run)}.`;
    case 'succeeded':
      return succeededSentence(run);
    default:
      return assertNever(run.state);
  }
}

function waitingSentence(run: RunDetail): string {
  const done = `${doneOfPlanned(run)} rolled back and verified`;
  if (run.undoneBy !== null) return `Taken back after ${done}. The run is closed.`;
  return `Waiting at checkpoint “${waitsAt(run) ?? ''}”: ${done}. The other ${countOf(filesLeft(run), 'file is', 'files are')} untouched, and nothing holds the target.`;
}

const THINGS: Record<PlanKind, string> = {
  rollback: 'file',
  undo: 'file',
  purge: 'object',
  'drop-columns': 'column',
  restore: 'file',
};

function succeededSentence(run: RunDetail): string {
  const { counts, plan } = run;
  const took = durationOf(run);
  const files = countOf(counts.done, THINGS[plan.kind]);
  const verb = {
    rollback: 'rolled back',
    undo: 'taken back',
    purge: 'purged',
    'drop-columns': 'dropped',
    restore: 'restored',
  }[plan.kind];
  const proof = run.verification === null ? '' : run.verification.passed ? ' and verified' : '';
  const held =
    counts.held === 0
      ? ''
      : ` ${countOf(counts.held, 'file was', 'files were')} held and left as ${counts.held === 1 ? 'it was' : 'they were'}.`;
  return `${files} ${verb}${proof}${took === null ? '' : ` in ${took}`}.${held}`;
}

function doneOfPlanned(run: RunDetail): string {
  return `${countText(run.counts.done)} of ${countOf(run.counts.planned, `planned ${THINGS[run.plan.kind]}`)}`;
}

function leftUndone(run: RunDetail): string {
  const { drifted, failed } = run.counts;
  const parts = [];
  if (drifted > 0) parts.push(`${countOf(drifted, 'file')} moved since the plan and left alone`);
  if (failed > 0) parts.push(`${countOf(failed, 'file')} failed`);
  return parts.length === 0 ? 'the rest is still to do' : parts.join(', ');
}

/** How long the run took, or `null` while it has not ended. */
export function durationOf(run: Pick<RunSummary, 'startedAt' | 'finishedAt'>): string | null {
  if (run.startedAt === null || run.finishedAt === null) return null;
  return durationText(betweenMs(run.startedAt, run.finishedAt));
}

/** The files of a run in counts, for one line of the list. */
export function countsText(run: RunSummary): string {
  const { counts } = run;
  if (run.state === 'planned') return `${countText(counts.planned)} planned`;
  const parts = [`${countText(counts.done)} done`];
  if (counts.drifted > 0) parts.push(`${countText(counts.drifted)} drifted`);
  if (counts.failed > 0) parts.push(`${countText(counts.failed)} failed`);
  return parts.join(', ');
}
