import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { PlanSummary } from '../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../shared/domain/run.ts';
import { Copyable } from '../../components/copyable.tsx';
import { Figures } from '../../components/figures.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { KindMark } from '../../components/state-marks.tsx';
import { StepTrack } from '../../components/step-track.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { useRowsAhead } from '../../components/use-row-pages.ts';
import { countOf } from '../../format/count.ts';
import { sentenceCase } from '../../format/sentence-case.ts';
import { shortDigest } from '../../format/shorten.ts';
import { runOptions } from '../../queries.ts';
import { usePageTarget } from '../../shell/targets.tsx';
import { changedFileCount, planFigures, pointOfNoReturnText } from '../../words/plan-words.ts';
import { composerHref } from '../../words/scope-words.ts';
import { AcceptBlocker } from './accept-blocker.tsx';
import { CanarySection } from './canary-section.tsx';
import { ColumnDropSection } from './column-drop-section.tsx';
import { ConfirmationDialog } from './confirmation-dialog.tsx';
import { Diff } from './diff/diff.tsx';
import { filterFromSearch } from './diff/diff-filter.ts';
import { itemsOf } from './diff/diff-table.tsx';
import { Findings } from './findings.tsx';
import { HeldList } from './held-list.tsx';
import { PlanFooter } from './plan-footer.tsx';
import classes from './plan-page.module.css';
import { PlanSkeleton } from './plan-skeleton.tsx';
import { useCanary } from './use-canary.ts';

/** A plan as a document: what will happen, what will not, risks, the diff, and the way to execute it. */
export function PlanPage(props: { readonly runId: string }) {
  const run = useQuery(runOptions(props.runId));
  usePageTarget(run.data?.plan.target);
  if (run.error !== null) {
    return (
      <Page title="Plan">
        <ErrorPanel error={run.error} actions={<Link href="/runs">Go to Runs</Link>} />
      </Page>
    );
  }
  return (
    <>
      <RowsAhead runId={props.runId} />
      {run.data === undefined ? <PlanSkeleton /> : <PlanDocument run={run.data} />}
    </>
  );
}

/** Asks for the first rows of the diff together with the plan. A component of its own: a new filter draws nothing anew but the diff. */
function RowsAhead(props: { readonly runId: string }) {
  const [search] = useSearchParams();
  useRowsAhead(itemsOf(props.runId, filterFromSearch(search)));
  return null;
}

function PlanDocument(props: { readonly run: RunDetail }) {
  const { run } = props;
  const { plan } = run;
  const [isConfirming, setConfirming] = useState(false);
  const canary = useCanary(plan);
  const mayBeStaged =
    plan.kind === 'rollback' && run.state === 'planned' && changedFileCount(plan) > 1;
  return (
    <div className={classes.frame}>
      <Page
        title={sentenceCase(plan.scopeInWords)}
        subtitle={<PlanFacts run={run} />}
        actions={
          plan.kind === 'rollback' ? (
            <Button variant="default" component={Link} href={composerHref(plan.scope)}>
              Plan again
            </Button>
          ) : null
        }
      >
        <WhatWillHappen run={run} />
        {plan.columnDrop === undefined ? <WhatWillNot plan={plan} /> : null}
        <Section title="Risks and checks">
          <Findings plan={plan} isPlanned={run.state === 'planned'} />
          {run.state === 'planned' ? <AcceptBlocker plan={plan} /> : null}
        </Section>
        {mayBeStaged ? <CanarySection canary={canary} /> : null}
        {plan.columnDrop === undefined ? (
          <Section title="The diff" note={`${countOf(plan.counts.records, 'file')}, one line each`}>
            <Diff run={run} />
          </Section>
        ) : (
          <ColumnDropSection drop={plan.columnDrop} />
        )}
      </Page>
      <PlanFooter
        run={run}
        first={mayBeStaged ? canary.files : null}
        onConfirm={() => {
          setConfirming(true);
        }}
      />
      <ConfirmationDialog
        plan={plan}
        canary={mayBeStaged ? canary : undefined}
        opened={isConfirming}
        onClose={() => {
          setConfirming(false);
        }}
      />
    </div>
  );
}

function PlanFacts(props: { readonly run: RunDetail }) {
  const { plan } = props.run;
  return (
    <span className={classes.facts}>
      <KindMark kind={plan.kind} />
      {plan.subjectRunId === null ? null : (
        <Link href={`/runs/${plan.subjectRunId}`}>of run {plan.subjectRunId}</Link>
      )}
      <span>
        Made <TimeStamp iso={plan.createdAt} />
      </span>
      <span>
        by {plan.createdBy.user}@{plan.createdBy.host} ({plan.createdBy.door})
      </span>
      <span className={classes.digest}>
        Digest <Copyable text={plan.digest} short={shortDigest(plan.digest)} what="digest" />
      </span>
    </span>
  );
}

function WhatWillHappen(props: { readonly run: RunDetail }) {
  const { plan, state } = props.run;
  return (
    <Section title={state === 'planned' ? 'What will happen' : 'What was planned'}>
      <div className={classes.stack}>
        <Figures figures={planFigures(plan)} />
        <StepTrack
          steps={plan.steps.map((step) => ({
            ...step,
            state: 'planned',
            amount: countOf(step.itemCount, 'item'),
          }))}
        />
        <p className="dim">{pointOfNoReturnText(plan)}</p>
      </div>
    </Section>
  );
}

function WhatWillNot(props: { readonly plan: PlanSummary }) {
  const { plan } = props;
  return (
    <Section
      title="What will not"
      note={
        plan.counts.held === 0
          ? null
          : `${countOf(plan.counts.held, 'file')} held: row and object stay as they are`
      }
    >
      <HeldList plan={plan} />
    </Section>
  );
}
