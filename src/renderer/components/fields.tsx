import { Fragment, type ReactNode } from 'react';
import classes from './fields.module.css';

/** Facts as names and values. */
export function Fields(props: {
  readonly fields: readonly { readonly name: string; readonly value: ReactNode }[];
}) {
  return (
    <dl className={classes.fields}>
      {props.fields.map((field) => (
        <Fragment key={field.name}>
          <dt>{field.name}</dt>
          <dd>{field.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
