import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconFlagPause,
  IconHandStop,
  IconHistory,
  IconLoader2,
  IconPlugConnectedX,
  IconProgressAlert,
  IconSquareRounded,
  IconTrash,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ItemOutcome, PlanItem, PlanKind } from '../../shared/domain/plan.ts';
import type { RunState } from '../../shared/domain/run.ts';
import { kindWord } from '../words/plan-words.ts';
import { runStateWords } from '../words/run-words.ts';
import type { Tone } from '../words/tone.ts';
import { Mark } from './mark.tsx';

const RUN_ICONS: Record<RunState, TablerIcon> = {
  planned: IconClock,
  running: IconLoader2,
  interrupted: IconPlugConnectedX,
  stopped: IconHandStop,
  'at-checkpoint': IconFlagPause,
  failed: IconCircleX,
  partial: IconProgressAlert,
  succeeded: IconCircleCheck,
};

/** The state of a run or plan. */
export function RunStateMark(props: { readonly state: RunState }) {
  return <Mark look="pill" icon={RUN_ICONS[props.state]} {...runStateWords(props.state)} />;
}

const KIND_LOOKS: Record<PlanKind, { readonly tone: Tone; readonly icon: TablerIcon }> = {
  rollback: { tone: 'plain', icon: IconArrowBackUp },
  undo: { tone: 'undone', icon: IconArrowForwardUp },
  purge: { tone: 'plain', icon: IconTrash },
  'drop-columns': { tone: 'plain', icon: IconTrash },
  restore: { tone: 'undone', icon: IconHistory },
};

/** What a plan or run does. */
export function KindMark(props: { readonly kind: PlanKind }) {
  return <Mark {...KIND_LOOKS[props.kind]} word={kindWord(props.kind)} />;
}

interface VerdictLook {
  readonly tone: Tone;
  readonly icon: TablerIcon;
  readonly word: string;
}

const OUTCOME_LOOKS: Record<Exclude<ItemOutcome, 'planned'>, VerdictLook> = {
  done: { tone: 'done', icon: IconCircleCheck, word: 'Done' },
  drifted: { tone: 'held', icon: IconAlertTriangle, word: 'Drifted' },
  failed: { tone: 'failed', icon: IconCircleX, word: 'Failed' },
};

const CHANGE_WORDS: Record<PlanKind, string> = {
  rollback: 'Roll back',
  undo: 'Restore',
  purge: 'Purge',
  'drop-columns': 'Drop',
  restore: 'Restore',
};

/** What the plan says about a file. */
export function VerdictMark(props: { readonly item: PlanItem; readonly kind: PlanKind }) {
  switch (props.item.verdict) {
    case 'change':
      return <Mark {...KIND_LOOKS[props.kind]} word={CHANGE_WORDS[props.kind]} />;
    case 'held':
      return (
        <Mark tone="held" icon={IconHandStop} word="Held" title={props.item.held?.detail ?? ''} />
      );
    case 'untouched':
      return <Mark tone="idle" icon={IconSquareRounded} word="Untouched" />;
  }
}

/** What became of a file in the run. */
export function OutcomeMark(props: { readonly item: PlanItem }) {
  const { outcome, outcomeDetail, verdict } = props.item;
  if (outcome !== 'planned')
    return <Mark {...OUTCOME_LOOKS[outcome]} title={outcomeDetail ?? ''} />;
  const word = verdict === 'change' ? 'Not reached' : 'Left as it was';
  return <Mark tone="idle" icon={IconCircleDashed} word={word} />;
}
