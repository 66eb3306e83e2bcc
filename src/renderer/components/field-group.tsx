import type { ReactNode } from 'react';
import classes from './field-group.module.css';

/** Fields of a form that belong together, under one title. */
export function FieldGroup(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className={classes.group}>
      <legend>{props.title}</legend>
      {props.children}
    </fieldset>
  );
}

/** Fields side by side, as many as the window has room for. */
export function FieldColumns(props: { readonly children: ReactNode }) {
  return <div className={classes.columns}>{props.children}</div>;
}
