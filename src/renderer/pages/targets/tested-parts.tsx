import { IconCircleCheck, IconCircleX, IconMinus } from '@tabler/icons-react';
import type { TestedPart } from '../../../shared/contract/target.ts';
import { Mark } from '../../components/mark.tsx';
import { sentenceCase } from '../../format/sentence-case.ts';
import classes from './targets.module.css';

const LOOKS = {
  ok: { tone: 'done', icon: IconCircleCheck, word: 'Answers' },
  failed: { tone: 'failed', icon: IconCircleX, word: 'Failed' },
  'not-configured': { tone: 'idle', icon: IconMinus, word: 'Not entered' },
} as const satisfies Record<TestedPart['state'], unknown>;

/** What a test of a target found, one line for each part of it. */
export function TestedParts(props: { readonly parts: readonly TestedPart[] }) {
  return (
    <ul className={classes.parts} aria-label="Result of the test" aria-live="polite">
      {props.parts.map(({ part, state, found, fix }) => (
        <li key={part} className={classes.part}>
          <strong>{sentenceCase(part)}</strong>
          <Mark {...LOOKS[state]} />
          <div className={classes.partText}>
            {found}
            {fix === null ? null : <div className="dim">{fix}</div>}
          </div>
        </li>
      ))}
    </ul>
  );
}
