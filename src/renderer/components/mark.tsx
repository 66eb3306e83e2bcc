import type { TablerIcon } from '@tabler/icons-react';
import clsx from 'clsx';
import type { Tone } from '../words/tone.ts';
import classes from './mark.module.css';

/** A state as icon, word and colour together; the title says more. */
export function Mark(props: {
  readonly tone: Tone;
  readonly icon: TablerIcon;
  readonly word: string;
  readonly title?: string;
  readonly look?: 'plain' | 'pill';
}) {
  const Icon = props.icon;
  return (
    <span
      className={clsx(classes.mark, classes[props.tone], props.look === 'pill' && classes.pill)}
      title={props.title}
    >
      <Icon size={15} stroke={2} aria-hidden />
      <span className={classes.word}>{props.word}</span>
    </span>
  );
}
