import { Skeleton } from '@mantine/core';
import { Page, Section } from '../../components/page.tsx';
import classes from './plan-page.module.css';

/** The plan page before its plan is read: the same parts at the same heights. */
export function PlanSkeleton() {
  return (
    <Page title="Plan" subtitle={<Skeleton height={14} width={420} my={3} />}>
      <Section title="What will happen">
        <div className={classes.stack}>
          <Skeleton height={98} radius="md" />
          <Skeleton height={92} radius="md" />
        </div>
      </Section>
      <Section title="What will not">
        <Skeleton height={96} radius="md" />
      </Section>
      <Section title="The diff">
        <Skeleton height={320} radius="md" />
      </Section>
    </Page>
  );
}
