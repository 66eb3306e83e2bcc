import type { RunSummary } from '../../../shared/domain/run.ts';
import { countOf } from '../../format/count.ts';
import { sentenceCase } from '../../format/sentence-case.ts';
import { isUnfinished } from '../../words/run-words.ts';

/** What the home page offers first: one sentence and one button. */
export interface NextStepWords {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly action:
    | { readonly kind: 'open'; readonly href: string }
    | { readonly kind: 'create-sandbox' }
    | { readonly kind: 'start-sandbox' };
}

/** Decides the next step from what there is: what runs, what is unfinished, what is planned, then new work. */
export function nextStepOf(facts: {
  readonly sandboxState: 'absent' | 'stopped' | 'running';
  readonly realTargets: number;
  readonly runs: readonly RunSummary[];
}): NextStepWords {
  return fromRuns(facts.runs) ?? fromTargets(facts);
}

function fromRuns(runs: readonly RunSummary[]): NextStepWords | undefined {
  const running = runs.find((run) => run.state === 'running');
  if (running !== undefined) {
    return {
      title: 'A run is going on',
      text: `${sentenceCase(running.scopeInWords)} on ${running.targetName}.`,
      button: 'Watch the run',
      action: { kind: 'open', href: `/runs/${running.runId}` },
    };
  }
  const waiting = runs.find((run) => run.state === 'at-checkpoint' && isUnfinished(run));
  if (waiting !== undefined) {
    return {
      title: 'A run waits at a checkpoint',
      text: `${sentenceCase(waiting.scopeInWords)} on ${waiting.targetName}: ${countOf(waiting.counts.done, 'file')} done and verified. Go on with the rest, or take it back.`,
      button: 'Open the waiting run',
      action: { kind: 'open', href: `/runs/${waiting.runId}` },
    };
  }
  const unfinished = runs.find((run) => isUnfinished(run));
  if (unfinished !== undefined) {
    return {
      title: 'A run is unfinished',
      text: `${sentenceCase(unfinished.scopeInWords)} on ${unfinished.targetName}. Resume probes what happened and finishes it.`,
      button: 'Open the unfinished run',
      action: { kind: 'open', href: `/runs/${unfinished.runId}` },
    };
  }
  const [newest] = runs;
  if (newest?.state !== 'planned') return undefined;
  return {
    title: 'A plan waits for confirmation',
    text: `${sentenceCase(newest.scopeInWords)} on ${newest.targetName}: ${countOf(newest.counts.planned, 'file')} planned, nothing changed yet.`,
    button: 'Review the plan',
    action: { kind: 'open', href: `/plans/${newest.runId}` },
  };
}

function fromTargets(facts: {
  readonly sandboxState: 'absent' | 'stopped' | 'running';
  readonly realTargets: number;
}): NextStepWords {
  if (facts.realTargets === 0 && facts.sandboxState === 'absent') {
    return {
      title: 'Begin with the sandbox',
      text: 'A D1 database and an R2 bucket on this machine, on Cloudflare’s own code, with a migration in it that you can roll back. Nothing outside this machine is touched.',
      button: 'Create the sandbox',
      action: { kind: 'create-sandbox' },
    };
  }
  if (facts.realTargets === 0 && facts.sandboxState === 'stopped') {
    return {
      title: 'The sandbox is stopped',
      text: 'Its data is kept. Start it to plan a rollback.',
      button: 'Start the sandbox',
      action: { kind: 'start-sandbox' },
    };
  }
  return {
    title: 'Plan a rollback',
    text: 'Choose a batch, a user or dates. The plan lists every row and object that would change and changes nothing.',
    button: 'Choose what to roll back',
    action: { kind: 'open', href: '/plan' },
  };
}
