import type { FigureWords } from '../words/plan-words.ts';
import classes from './figures.module.css';

/** Figures side by side, each with its name above and a note beneath. */
export function Figures(props: {
  readonly figures: readonly FigureWords[];
  /** `compact` leaves the notes out, where a sentence beneath says the same. */
  readonly look?: 'full' | 'compact';
}) {
  return (
    <dl className={classes.figures}>
      {props.figures.map((figure) => (
        <div key={figure.label} className={classes.figure}>
          <dt className={classes.label}>{figure.label}</dt>
          <dd className={classes.value} title={figure.title}>
            {figure.value}
          </dd>
          {props.look === 'compact' ? null : <dd className={classes.note}>{figure.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
