import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconMinus } from '@tabler/icons-react';
import clsx from 'clsx';
import type { PreflightGroup, PreflightLine } from '../../../shared/domain/preflight.ts';
import { Copyable } from '../../components/copyable.tsx';
import { Mark } from '../../components/mark.tsx';
import classes from './preflight-page.module.css';

const LOOKS = {
  ok: { tone: 'done', icon: IconCircleCheck, word: 'OK' },
  warning: { tone: 'held', icon: IconAlertTriangle, word: 'Warning' },
  failed: { tone: 'failed', icon: IconCircleX, word: 'Failed' },
  skipped: { tone: 'idle', icon: IconMinus, word: 'Skipped' },
} as const satisfies Record<PreflightLine['state'], unknown>;

/** Shows the line of that name and takes the focus there. */
export function goToLine(name: string): void {
  const line = document.getElementById(name);
  line?.scrollIntoView({ block: 'center' });
  line?.focus({ preventScroll: true });
}

/** The lines of one group: what was asked, what was found, and what to do about it. */
export function LineList(props: { readonly lines: readonly PreflightLine[] }) {
  return (
    <ul className={classes.list}>
      {props.lines.map((line) => (
        <li
          key={line.name}
          id={line.name}
          tabIndex={-1}
          className={clsx(classes.item, line.state === 'failed' && classes.failed)}
        >
          <Mark {...LOOKS[line.state]} />
          <div className={classes.text}>
            <div className={classes.title}>{line.title}</div>
            <div className={classes.finding}>{line.finding}</div>
            <Fix line={line} />
          </div>
          <Copyable text={line.name} what="name of the check" />
        </li>
      ))}
    </ul>
  );
}

function Fix(props: { readonly line: PreflightLine }) {
  const { fix, statement } = props.line;
  if (fix === null) return null;
  return (
    <div className={classes.fix}>
      <span className={classes.fixWord}>Fix</span>
      <div>
        {fix}
        {statement === undefined ? null : (
          <div className={classes.statement}>
            <Copyable text={statement} what="statement" look="wrapped" />
          </div>
        )}
      </div>
    </div>
  );
}

/** How many lines a group has when all is well, so that nothing jumps when they come. */
const USUAL_LINES: Readonly<Record<PreflightGroup, number>> = {
  configuration: 4,
  database: 15,
  bucket: 10,
  originals: 2,
  workspace: 6,
};

/** Lines of the height and number that will come. */
export function LineListSkeleton(props: { readonly group: PreflightGroup }) {
  const lines = Array.from({ length: USUAL_LINES[props.group] }, (_, index) => index);
  return (
    <ul className={classes.list} aria-busy="true">
      {lines.map((line) => (
        <li key={line} className={classes.item}>
          <Skeleton height={10} width={48} />
          <div className={classes.text}>
            <Skeleton height={10} width="32%" my={5} />
            <Skeleton height={10} width="64%" my={5} />
          </div>
        </li>
      ))}
    </ul>
  );
}
