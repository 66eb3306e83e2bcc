import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { explanationOptions } from '../queries.ts';
import { foundText, leftBehindText } from '../words/recovery-words.ts';
import classes from './decisions.module.css';
import { Decisions } from './decisions.tsx';
import { ErrorPanel } from './problem-panel.tsx';

/** What a run left behind and what a resume would do, read from the target now. Changes nothing. */
export function Explanation(props: { readonly runId: string }) {
  const explanation = useQuery(explanationOptions(props.runId));
  if (explanation.error !== null) return <ErrorPanel error={explanation.error} />;
  if (explanation.data === undefined) return <Skeleton height={72} radius="md" />;
  const { decisions, next, refusedBecause } = explanation.data;
  return (
    <div className={classes.explanation}>
      <p>{leftBehindText(explanation.data)}</p>
      <p>{foundText(explanation.data)}</p>
      {decisions.length === 0 ? null : <Decisions decisions={decisions} />}
      <p>{refusedBecause ?? next}</p>
    </div>
  );
}
