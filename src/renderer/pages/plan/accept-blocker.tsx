import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Acceptance, PlanSummary } from '../../../shared/domain/plan.ts';
import { client } from '../../client.ts';
import { PlanMakingPanel } from '../../components/plan-making-panel.tsx';
import { type MakePlan, usePlanMaking } from '../../use-plan-making.ts';
import { acceptanceFault } from '../composer/acceptance-fault.ts';
import classes from './plan-page.module.css';

/** Blockers that an acceptance turns into warnings; each is offered where the plan shows it. */
const ACCEPTABLE = [
  {
    blocker: 'blast-radius',
    acceptance: 'blast-radius',
    name: 'Accept the blast radius',
    label: 'Reason to go over the limit',
  },
  {
    blocker: 'undo-possible',
    acceptance: 'gives-up-undo',
    name: 'Give up the undo',
    label: 'Reason to give up the undo',
  },
] as const satisfies readonly {
  readonly blocker: string;
  readonly acceptance: Acceptance['code'];
  readonly name: string;
  readonly label: string;
}[];

/** The way on from a blocker that the operator may accept: the same plan made again, with a reason. Nothing for any other plan. */
export function AcceptBlocker(props: { readonly plan: PlanSummary }) {
  const { plan } = props;
  const { making, make, cancel } = usePlanMaking();
  const [reason, setReason] = useState('');
  const choice = ACCEPTABLE.find(({ blocker }) =>
    plan.findings.some(({ code, severity }) => code === blocker && severity === 'blocker'),
  );
  if (choice === undefined) return null;
  const acceptances = [...plan.acceptances, { code: choice.acceptance, reason }];
  const fault = acceptanceFault(acceptances);
  return (
    <form
      className={classes.accept}
      aria-label={choice.name}
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === null) make(planAgain(plan, acceptances));
      }}
    >
      <TextInput
        label={choice.label}
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
  const { subjectRunId, scope } = plan;
  const target = plan.target.name;
  return (signal) => {
    if (plan.kind === 'drop-columns')
      return client.plan.createDropColumns({ target, acceptances }, { signal });
    return plan.kind === 'purge' && subjectRunId !== null
      ? client.plan.createPurge({ runId: subjectRunId, acceptances }, { signal })
      : client.plan.create({ target, scope, acceptances }, { signal });
  };
}
