import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { RunDetail } from '../../../shared/domain/run.ts';
import { CommandCopy } from '../../components/command-copy.tsx';
import { Copyable } from '../../components/copyable.tsx';
import { RunStateMark } from '../../components/state-marks.tsx';
import { countOf } from '../../format/count.ts';
import { shortDigest } from '../../format/shorten.ts';
import { admissionOptions } from '../../queries.ts';
import { safetyOf } from '../../shell/environment.ts';
import { useTargets } from '../../shell/targets.tsx';
import { actionText } from '../../words/plan-words.ts';
import classes from './plan-page.module.css';

/** Always visible: which plan this is, and the one way to execute it. */
export function PlanFooter(props: {
  readonly run: RunDetail;
  /** How many files go first; `null`: all at once. */
  readonly first: number | null;
  readonly onConfirm: () => void;
}) {
  const { run } = props;
  const { plan } = run;
  const blockers = plan.findings.filter((finding) => finding.severity === 'blocker').length;
  const admission = useQuery({
    ...admissionOptions(run.runId),
    enabled: run.state === 'planned',
  }).data;
  const isFrozen = admission?.admission === 'refused';
  const isReadOnly = safetyOf(plan.target.name, useTargets().targets).guard === 'read-only';
  const canary = props.first === null ? '' : ` --canary ${String(props.first)}`;
  const isEmpty = plan.counts.rowsToChange === 0 && plan.counts.objectsToMove === 0;
  return (
    <footer className={classes.footer} aria-label="Plan actions">
      <div className={classes.footerText}>
        {run.state !== 'planned' ? (
          <RunStateMark state={run.state} />
        ) : isFrozen ? (
          <span className={classes.blocked}>
            Safe mode: {admission.sentence} Only its exits may write.
          </span>
        ) : isReadOnly ? (
          <span className={classes.blocked}>
            The target is read-only: UNWIND_GUARD lets nothing of it be changed.
          </span>
        ) : blockers > 0 ? (
          <span className={classes.blocked}>
            Blocked: {countOf(blockers, 'finding')} must be resolved, then plan again.
          </span>
        ) : isEmpty ? (
          <span className="dim">Nothing to do: this plan changes no row and no object.</span>
        ) : (
          <Copyable text={plan.digest} short={`digest ${shortDigest(plan.digest)}`} what="digest" />
        )}
      </div>
      <CommandCopy command={`${plan.executeCommand}${canary}`} />
      {run.state === 'planned' ? (
        <Button
          disabled={blockers > 0 || isEmpty || isFrozen || isReadOnly}
          onClick={props.onConfirm}
        >
          {actionText(plan)}…
        </Button>
      ) : (
        <Button component={Link} href={`/runs/${run.runId}`}>
          Open the run
        </Button>
      )}
    </footer>
  );
}
