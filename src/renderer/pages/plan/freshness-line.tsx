import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconQuestionMark } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Freshness, PlanSummary } from '../../../shared/domain/plan.ts';
import { api } from '../../client.ts';
import { Mark } from '../../components/mark.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countOf } from '../../format/count.ts';
import { toProblem } from '../../problem.ts';
import { composerHref } from '../../words/scope-words.ts';
import classes from './findings.module.css';

const SHOWN = 5;

/** Whether rows and objects are still as planned: looked at when the operator asks, and once more by the run before it begins. */
export function FreshnessLine(props: { readonly plan: PlanSummary }) {
  const { plan } = props;
  const look = useQuery({
    ...api.plan.freshness.queryOptions({ input: { runId: plan.runId } }),
    enabled: false,
  });
  const { data } = look;
  const mark =
    data === undefined || look.error !== null
      ? ({ tone: 'idle', icon: IconQuestionMark, word: 'Unknown' } as const)
      : data.movedCount === 0
        ? ({ tone: 'done', icon: IconCheck, word: 'Fresh' } as const)
        : ({ tone: 'held', icon: IconAlertTriangle, word: 'Stale' } as const);
  return (
    <li className={classes.item}>
      <Mark {...mark} />
      <div aria-live="polite">
        {look.error !== null ? (
          <>The target could not be looked at: {toProblem(look.error).message}</>
        ) : data === undefined ? (
          'Rows and objects may have moved since the plan was made. The run looks at each before it begins.'
        ) : (
          <Looked plan={plan} freshness={data} />
        )}
      </div>
      <Button
        variant="default"
        size="compact-sm"
        loading={look.isFetching}
        onClick={() => {
          void look.refetch();
        }}
      >
        {data === undefined ? 'Look now' : 'Look again'}
      </Button>
    </li>
  );
}

function Looked(props: { readonly plan: PlanSummary; readonly freshness: Freshness }) {
  const { plan, freshness } = props;
  const { checked, checkedAt, movedCount, moved } = freshness;
  if (movedCount === 0) {
    return (
      <>
        {countOf(checked, 'file is', 'files are')} as planned. Looked at{' '}
        <TimeStamp iso={checkedAt} />.
      </>
    );
  }
  return (
    <>
      {countOf(movedCount, 'file has', 'files have')} moved since the plan was made, of{' '}
      {countOf(checked, 'that changes', 'that change')}. The plan would be refused.{' '}
      {plan.kind === 'rollback' ? <Link href={composerHref(plan.scope)}>Plan again</Link> : null}
      <ul className={classes.moved}>
        {moved.slice(0, SHOWN).map(({ recordId, what }) => (
          <li key={recordId}>
            <code>{recordId}</code>: {what}
          </li>
        ))}
        {movedCount > SHOWN ? <li>and {countOf(movedCount - SHOWN, 'more', 'more')}</li> : null}
      </ul>
    </>
  );
}
