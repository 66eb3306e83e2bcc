import { Skeleton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { Link } from 'wouter';
import type { RunDetail } from '../../../shared/domain/run.ts';
import { Copyable } from '../../components/copyable.tsx';
import { Decisions } from '../../components/decisions.tsx';
import { Explanation } from '../../components/explanation.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel, ProblemPanel } from '../../components/problem-panel.tsx';
import { KindMark, RunStateMark } from '../../components/state-marks.tsx';
import { StepTrack } from '../../components/step-track.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { sentenceCase } from '../../format/sentence-case.ts';
import { problemOfWire } from '../../problem.ts';
import { refreshAfterChange, runOptions } from '../../queries.ts';
import { usePageTarget } from '../../shell/targets.tsx';
import { canResume, isEnded } from '../../words/run-words.ts';
import { LivePanel } from './live-panel.tsx';
import { RunActions } from './run-actions.tsx';
import classes from './run-page.module.css';
import { SafeModeNotice } from './safe-mode-notice.tsx';
import { StagesSection } from './stages-section.tsx';
import { trackOf } from './track-of.ts';
import { useRunWatch } from './use-run-watch.ts';
import { VerdictPanel } from './verdict-panel.tsx';
import { VerificationTable } from './verification-table.tsx';

const POLL_MS = 2_000;

/** A run: live while it goes on, a document afterwards. */
export function RunPage(props: { readonly runId: string }) {
  const run = useQuery({
    ...runOptions(props.runId),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? POLL_MS : false),
  });
  usePageTarget(run.data?.plan.target);
  if (run.error !== null) {
    return (
      <Page title="Run">
        <ErrorPanel error={run.error} actions={<Link href="/runs">Go to Runs</Link>} />
      </Page>
    );
  }
  return run.data === undefined ? <RunSkeleton /> : <RunDocument run={run.data} />;
}

function RunDocument(props: { readonly run: RunDetail }) {
  const { run } = props;
  const queries = useQueryClient();
  const { queryKey } = runOptions(run.runId);
  const readAgain = useCallback(() => {
    void queries.invalidateQueries({ queryKey });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key is made of the id alone: new but equal each time
  }, [queries, run.runId]);
  const isRunning = run.state === 'running';
  useEffect(() => {
    // What other pages show (quarantine, status, counts) was read before the end of the run.
    if (!isRunning) void refreshAfterChange();
  }, [isRunning]);
  const live = useRunWatch({
    runId: run.runId,
    isRunning,
    onGap: readAgain,
  });
  return (
    <Page
      title={sentenceCase(run.plan.scopeInWords)}
      subtitle={<RunFacts run={run} />}
      command={`unwind runs show ${run.runId}`}
      actions={<RunActions run={run} progress={live.progress} />}
    >
      {run.state === 'running' ? <LivePanel run={run} live={live} /> : <VerdictPanel run={run} />}
      {run.error === null ? null : (
        <div className={classes.gap}>
          <ProblemPanel problem={problemOfWire(run.error)} />
        </div>
      )}
      {run.safeMode === null ? null : <SafeModeNotice note={run.safeMode} />}
      {canResume(run) ? (
        <Section
          title="What a resume would find"
          note="Read from the target now; nothing is changed."
        >
          <Explanation runId={run.runId} />
        </Section>
      ) : null}
      <Section title="Steps">
        <StepTrack steps={trackOf(run, live.progress)} />
      </Section>
      <StagesSection run={run} />
      {run.decisions.length === 0 ? null : (
        <Section
          title="Decisions of recovery"
          note="What was found after the interruption, and what followed from it."
        >
          <Decisions decisions={run.decisions} />
        </Section>
      )}
      {isEnded(run.state) ? (
        <Section title="Verification" note={<VerifiedAt run={run} />}>
          <VerificationTable verification={run.verification} />
        </Section>
      ) : null}
    </Page>
  );
}

function VerifiedAt(props: { readonly run: RunDetail }) {
  const { verification } = props.run;
  if (verification === null) return null;
  return (
    <>
      Read again from the target <TimeStamp iso={verification.verifiedAt} />
    </>
  );
}

function RunFacts(props: { readonly run: RunDetail }) {
  const { run } = props;
  const operator = run.startedBy ?? run.plan.createdBy;
  return (
    <span className={classes.facts}>
      <RunStateMark state={run.state} />
      <KindMark kind={run.plan.kind} />
      <Copyable text={run.runId} what="run id" />
      <span>
        {run.startedAt === null ? 'Made ' : 'Started '}
        <TimeStamp iso={run.startedAt ?? run.plan.createdAt} /> by {operator.user}@{operator.host}
      </span>
      <Link href={`/plans/${run.runId}`}>The plan and its diff</Link>
      {run.reason === null ? null : <span>Reason: {run.reason}</span>}
    </span>
  );
}

function RunSkeleton() {
  return (
    <Page title="Run" subtitle={<Skeleton height={14} width={420} my={3} />}>
      <Skeleton height={150} radius="md" />
      <Section title="Steps">
        <Skeleton height={92} radius="md" />
      </Section>
    </Page>
  );
}
