import { IconLockExclamation, IconLockOpen } from '@tabler/icons-react';
import type { SafeModeNote } from '../../../shared/domain/safe-mode.ts';
import { Mark } from '../../components/mark.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import classes from './run-page.module.css';

const LOOKS = {
  entered: { tone: 'failed', icon: IconLockExclamation, word: 'Safe mode entered' },
  left: { tone: 'done', icon: IconLockOpen, word: 'Safe mode left' },
} as const satisfies Record<SafeModeNote['event'], unknown>;

/** What the run did to the safe mode of its target. */
export function SafeModeNotice(props: { readonly note: SafeModeNote }) {
  const { note } = props;
  return (
    <p className={classes.gap}>
      <Mark {...LOOKS[note.event]} /> <TimeStamp iso={note.at} />: {note.sentence}
    </p>
  );
}
