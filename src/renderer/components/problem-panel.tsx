import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { ERROR_CODES } from '../../shared/domain/error-codes.ts';
import type { JsonValue } from '../../shared/domain/operator-error.ts';
import { type Problem, toProblem } from '../problem.ts';
import { CopyButton } from './copy-button.tsx';
import { Fields } from './fields.tsx';
import classes from './problem-panel.module.css';

/** An error where it happened: what happened, the next thing to do, its code, and the facts. */
export function ProblemPanel(props: { readonly problem: Problem; readonly actions?: ReactNode }) {
  const { problem } = props;
  const isSofter = problem.kind === 'missing' || problem.kind === 'outcome-unknown';
  const Icon = isSofter ? IconAlertTriangle : IconCircleX;
  const whole = JSON.stringify(problem, null, 2);
  return (
    <div className={clsx(classes.panel, isSofter && classes.held)} role="alert">
      <Icon size={20} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <p className={classes.message}>{problem.message}</p>
        <p>{problem.hint}</p>
        <div className={classes.code}>
          <code>{problem.code}</code>
          {problem.code in ERROR_CODES ? (
            <Link href={`/help/${problem.code}`}>What this means</Link>
          ) : null}
          <CopyButton text={whole} what="the error with its details" />
          {props.actions}
        </div>
        <Facts details={problem.details} />
      </div>
    </div>
  );
}

/** The same for anything that a call threw. */
export function ErrorPanel(props: { readonly error: unknown; readonly actions?: ReactNode }) {
  return <ProblemPanel problem={toProblem(props.error)} actions={props.actions} />;
}

function Facts(props: { readonly details: Problem['details'] }) {
  const facts = Object.entries(props.details).filter(([, value]) => factText(value) !== '');
  if (facts.length === 0) return null;
  return (
    <details className={classes.details}>
      <summary>Details</summary>
      <Fields fields={facts.map(([name, value]) => ({ name, value: factText(value) }))} />
    </details>
  );
}

function factText(value: JsonValue): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(factText).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
