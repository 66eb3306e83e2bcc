import {
  IconArrowRight,
  IconHandStop,
  IconPencil,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import type { RecoveryDecision } from '../../shared/domain/run.ts';
import classes from './decisions.module.css';
import { Mark } from './mark.tsx';
import { TimeStamp } from './time-stamp.tsx';

const LOOKS = {
  do: { tone: 'running', icon: IconArrowRight, word: 'Do it' },
  record: { tone: 'done', icon: IconPencil, word: 'Record it' },
  skip: { tone: 'idle', icon: IconPlayerSkipForward, word: 'Skip it' },
  hold: { tone: 'held', icon: IconHandStop, word: 'Hold it' },
} as const satisfies Record<RecoveryDecision['decision'], unknown>;

/** What recovery decided, as sentences, in the order in which it did. */
export function Decisions(props: { readonly decisions: readonly RecoveryDecision[] }) {
  return (
    <ol className={classes.decisions}>
      {props.decisions.map((decision, index) => (
        <li key={`${decision.at} ${String(index)}`} className={classes.decision}>
          <Mark {...LOOKS[decision.decision]} />
          <span>{decision.sentence}</span>
          <span className="dim">
            <TimeStamp iso={decision.at} />
          </span>
        </li>
      ))}
    </ol>
  );
}
