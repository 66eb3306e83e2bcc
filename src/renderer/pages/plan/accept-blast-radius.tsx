import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Acceptance, PlanSummary } from '../../../shared/domain/plan.ts';
import { client } from '../../client.ts';
import { PlanMakingPanel } from '../../components/plan-making-panel.tsx';
import { type MakePlan, usePlanMaking } from '../../use-plan-making.ts';
import { acceptanceFault } from '../composer/acceptance-fault.ts';
import classes from './plan-page.module.css';

/** The way on from a plan that only its extent blocks: the same plan made again, with a reason. Nothing for any other plan. */
export function AcceptBlastRadius(props: { readonly plan: PlanSummary }) {
  const { plan } = props;
  const { making, make, cancel } = usePlanMaking();
  const [reason, setReason] = useState('');
  const isOverLimit = plan.findings.some(
    ({ code, severity }) => code === 'blast-radius' && severity === 'blocker',
  );
  if (!isOverLimit) return null;
  const acceptances = [...plan.acceptances, { code: 'blast-radius' as const, reason }];
  const fault = acceptanceFault(acceptances);
  return (
    <form
      className={classes.accept}
      aria-label="Accept the blast radius"
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === null) make(planAgain(plan, acceptances));
      }}
    >
      <TextInput
        label="Reason to go over the limit"
        description="Kept in the plan, in the audit trail and in the report"
        value={reason}
        onChange={(event) => {
          setReason(event.currentTarget.value);
        }}
      />
      <Button
        type="submit"
        variant="default"
        disabled={fault !== null || making.state === 'making'}
      >
        Plan again with this reason
      </Button>
      <PlanMakingPanel making={making} onCancel={cancel} />
    </form>
  );
}

function planAgain(plan: PlanSummary, acceptances: Acceptance[]): MakePlan {
  const { subjectRunId } = plan;
  return (signal) =>
    plan.kind === 'purge' && subjectRunId !== null
      ? client.plan.createPurge({ runId: subjectRunId, acceptances }, { signal })
      : client.plan.create(
          { target: plan.target.name, scope: plan.scope, acceptances },
          { signal },
        );
}
