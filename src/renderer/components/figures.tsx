import classes from './figures.module.css';

/** Figures side by side, each with its name above and a note beneath. */
export function Figures(props: {
  readonly figures: readonly { readonly label: string; readonly value: string; readonly note: string; readonly title?: string }[];
}) {
  return (
    <dl className={classes.figures}>
      {props.figures.map((figure) => (
        <div key={figure.label} className={classes.figure}>
          <dt className={classes.label}>{figure.label}</dt>
          <dd className={classes.value} title={figure.title}>
            {figure.value}
          </dd>
          <dd className={classes.note}>{figure.note}</dd>
        </div>
      ))}
    </dl>
  );
}
