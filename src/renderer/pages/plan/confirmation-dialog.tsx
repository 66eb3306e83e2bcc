import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import clsx from 'clsx';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { consentTo } from '../../../shared/consent.ts';
import type { PlanSummary } from '../../../shared/domain/plan.ts';
import { client } from '../../client.ts';
import { Figures } from '../../components/figures.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { countOf } from '../../format/count.ts';
import { tailOf } from '../../format/shorten.ts';
import { toProblem } from '../../problem.ts';
import { refreshAfterChange } from '../../queries.ts';
import { ENVIRONMENT_WORDS, safetyOf } from '../../shell/environment.ts';
import { useTargets } from '../../shell/targets.tsx';
import { comparePhrase, type PhraseMatch } from '../../words/phrase.ts';
import { actionText, consequenceText, planFigures } from '../../words/plan-words.ts';
import { composerHref } from '../../words/scope-words.ts';
import { canaryOf, canarySentence } from '../../words/stage-words.ts';
import { CanaryField } from './canary-section.tsx';
import classes from './confirmation-dialog.module.css';
import type { Canary } from './use-canary.ts';

/** Asks for the typed consent: names target, extent and consequence. Cancel has the focus. */
export function ConfirmationDialog(props: {
  readonly plan: PlanSummary;
  /** `undefined` where a plan is done all at once. */
  readonly canary: Canary | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      size={640}
      title={<strong>{actionText(props.plan)}</strong>}
      closeOnClickOutside={false}
    >
      <ConfirmationForm plan={props.plan} canary={props.canary} onClose={props.onClose} />
    </Modal>
  );
}

function ConfirmationForm(props: {
  readonly plan: PlanSummary;
  readonly canary: Canary | undefined;
  readonly onClose: () => void;
}) {
  const { plan, canary } = props;
  const stages = canaryOf(canary?.files ?? null);
  // What is consented to is on the screen before it can be.
  const isKnown = stages.length === 0 || canary?.stages !== undefined;
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [, navigate] = useLocation();
  const safety = safetyOf(plan.target.name, useTargets().targets);
  const takesPhrase = consentTo(plan.kind, safety.guard) === 'phrase';
  const takesReason = safety.environment === 'production';
  const match = comparePhrase(typed, plan.confirmationPhrase);
  const isConsent = !takesPhrase || match.kind === 'matches';
  const mayStart = isConsent && isKnown && (!takesReason || reason.trim() !== '');
  const start = useMutation({
    mutationFn: () =>
      client.run.start({
        runId: plan.runId,
        digest: plan.digest,
        confirmation: takesPhrase ? typed : plan.confirmationPhrase,
        stages,
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      }),
    onSuccess: ({ runId }) => {
      navigate(`/runs/${runId}`);
    },
    onSettled: refreshAfterChange,
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (mayStart && !start.isPending) start.mutate();
      }}
    >
      <TargetStrip plan={plan} />
      <Figures figures={planFigures(plan)} look="compact" />
      <p className={classes.consequence}>{consequenceText(plan)}</p>
      {canary === undefined ? null : (
        <div>
          <CanaryField canary={canary} />
          {canary.error === null ? null : <ErrorPanel error={canary.error} />}
          {canary.stages === undefined ? null : <p>{canarySentence(canary.stages)}</p>}
        </div>
      )}
      <Textarea
        label="Reason"
        description={`Kept in the run file and in the report.${takesReason ? ' Production takes one.' : ''}`}
        withAsterisk={takesReason}
        required={takesReason}
        rows={2}
        value={reason}
        onChange={(event) => {
          setReason(event.currentTarget.value);
        }}
      />
      {takesPhrase ? (
        <PhraseField phrase={plan.confirmationPhrase} typed={typed} onType={setTyped} />
      ) : null}
      {start.error === null ? null : (
        <ErrorPanel error={start.error} actions={<WayOut error={start.error} plan={plan} />} />
      )}
      <div className={classes.buttons}>
        <Button variant="default" data-autofocus onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red.8" disabled={!mayStart} loading={start.isPending}>
          {firstText(plan, canary)}
        </Button>
      </div>
    </form>
  );
}

/** What the button does: all of the plan, or the first files of it. */
function firstText(plan: PlanSummary, canary: Canary | undefined): string {
  const first = canary?.stages?.[0];
  if (first === undefined) return actionText(plan);
  return `Roll back the first ${countOf(first.files, 'file')}`;
}

function TargetStrip(props: { readonly plan: PlanSummary }) {
  const { targets } = useTargets();
  const { target } = props.plan;
  const { environment } = safetyOf(target.name, targets);
  return (
    <div className={clsx(classes.strip, classes[environment])}>
      <strong>
        {ENVIRONMENT_WORDS[environment]} {target.name}
      </strong>
      <span title={target.database}>
        {target.databaseKind === 'd1' ? 'D1' : 'PostgreSQL'} {tailOf(target.database, 60)}
      </span>
      <span>
        bucket {target.bucket} at {target.endpoint}
      </span>
    </div>
  );
}

function PhraseField(props: {
  readonly phrase: string;
  readonly typed: string;
  readonly onType: (typed: string) => void;
}) {
  return (
    <div>
      <p id="phrase-to-type">
        To confirm, type <code className={classes.phrase}>{props.phrase}</code>
      </p>
      <TextInput
        aria-label="Confirmation phrase"
        aria-describedby="phrase-to-type phrase-match"
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: classes.typed ?? '' }}
        value={props.typed}
        onChange={(event) => {
          props.onType(event.currentTarget.value);
        }}
      />
      <PhraseHint match={comparePhrase(props.typed, props.phrase)} />
    </div>
  );
}

function PhraseHint(props: { readonly match: PhraseMatch }) {
  const { match } = props;
  return (
    <p
      id="phrase-match"
      className={clsx(classes.hint, match.kind === 'differs' && classes.differs)}
      aria-live="polite"
    >
      {match.kind === 'empty' ? 'Capitals and spaces count.' : null}
      {match.kind === 'so-far' ? `Right so far, ${countOf(match.left, 'character')} to go.` : null}
      {match.kind === 'differs' ? (
        <>
          <IconAlertTriangle size={14} aria-hidden /> Differs from character {String(match.at)} on.
        </>
      ) : null}
      {match.kind === 'matches' ? (
        <>
          <IconCheck size={14} aria-hidden /> Matches.
        </>
      ) : null}
    </p>
  );
}

function WayOut(props: { readonly error: unknown; readonly plan: PlanSummary }) {
  const { code } = toProblem(props.error);
  if (code === 'CONNECTION_LOST' || code === 'PLAN_ALREADY_EXECUTED') {
    return <Link href={`/runs/${props.plan.runId}`}>Open the run</Link>;
  }
  if (code === 'PLAN_STALE') {
    const { kind, scope } = props.plan;
    return <Link href={kind === 'drop-columns' ? '/status' : composerHref(scope)}>Plan again</Link>;
  }
  return null;
}
