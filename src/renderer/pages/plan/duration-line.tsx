import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../client.ts';
import { Mark } from '../../components/mark.tsx';
import { estimateText } from '../../words/estimate-words.ts';
import classes from './findings.module.css';

/** How long the run would take by earlier ones. */
export function DurationLine(props: { readonly runId: string }) {
  const { data, error } = useQuery(
    api.plan.estimate.queryOptions({ input: { runId: props.runId }, staleTime: Infinity }),
  );
  const estimate = data?.estimate ?? null;
  return (
    <li className={classes.item}>
      <Mark tone="idle" icon={IconClock} word="Duration" />
      <div>
        {estimate !== null
          ? estimateText(estimate)
          : data === undefined && error === null
            ? 'Looking at earlier runs…'
            : 'Not known: no earlier run of this kind went through without a break.'}
      </div>
      <span />
    </li>
  );
}
