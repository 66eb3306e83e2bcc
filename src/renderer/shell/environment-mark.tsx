import clsx from 'clsx';
import type { Environment } from '../../shared/domain/target.ts';
import { ENVIRONMENT_WORDS } from './environment.ts';
import classes from './environment-mark.module.css';

/** Where a target stands, as a word on its colour. */
export function EnvironmentMark(props: { readonly environment: Environment }) {
  return (
    <span className={clsx(classes.environment, classes[props.environment])}>
      {ENVIRONMENT_WORDS[props.environment]}
    </span>
  );
}
