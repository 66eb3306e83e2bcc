import { Button, Skeleton } from '@mantine/core';
import { Link } from 'wouter';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import classes from './home.module.css';
import type { NextStepWords } from './next-step-of.ts';
import { useSandboxChange } from './use-sandbox-change.ts';

/** The one primary button of the home page, with the sentence that says why it is the next step. */
export function NextStep(props: { readonly step: NextStepWords | undefined }) {
  const change = useSandboxChange();
  const { step } = props;
  if (step === undefined) return <Skeleton height={84} radius="md" />;
  return (
    <>
      <section className={classes.next} aria-label="Next step">
        <div className={classes.nextText}>
          <h2 className={classes.nextTitle}>{step.title}</h2>
          <p>{step.text}</p>
        </div>
        {step.action.kind === 'open' ? (
          <Button component={Link} href={step.action.href}>
            {step.button}
          </Button>
        ) : (
          <Button
            loading={change.isPending}
            onClick={() => {
              change.mutate(step.action.kind === 'create-sandbox' ? 'create' : 'start');
            }}
          >
            {step.button}
          </Button>
        )}
      </section>
      {change.error === null ? null : <ErrorPanel error={change.error} />}
    </>
  );
}
