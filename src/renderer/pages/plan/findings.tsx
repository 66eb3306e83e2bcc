import { IconAlertTriangle, IconBan, IconInfoCircle } from '@tabler/icons-react';
import type { Finding, PlanSummary } from '../../../shared/domain/plan.ts';
import { Mark } from '../../components/mark.tsx';
import { proofText } from '../../words/plan-words.ts';
import { DurationLine } from './duration-line.tsx';
import classes from './findings.module.css';
import { FreshnessLine } from './freshness-line.tsx';

const LOOKS = {
  blocker: { tone: 'failed', icon: IconBan, word: 'Blocker' },
  warning: { tone: 'held', icon: IconAlertTriangle, word: 'Warning' },
  info: { tone: 'idle', icon: IconInfoCircle, word: 'Note' },
} as const satisfies Record<Finding['severity'], unknown>;

const ORDER: readonly Finding['severity'][] = ['blocker', 'warning', 'info'];

/** What the operator must know, blockers first, what was accepted with a reason, and of a plan whether it is fresh and how long it takes. */
export function Findings(props: { readonly plan: PlanSummary; readonly isPlanned: boolean }) {
  const { findings, acceptances, counts } = props.plan;
  const sorted = [...findings].sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
  );
  return (
    <ul className={classes.list}>
      {sorted.map((finding) => (
        <li key={`${finding.code} ${finding.message}`} className={classes.item}>
          <Mark {...LOOKS[finding.severity]} />
          <div>
            {finding.message} <span className="dim">{finding.fix}</span>
          </div>
          <code className="dim">{finding.code}</code>
        </li>
      ))}
      {acceptances.map((acceptance) => (
        <li key={acceptance.code} className={classes.item}>
          <Mark tone="held" icon={IconAlertTriangle} word="Accepted" />
          <div>
            {acceptance.reason}{' '}
            <span className="dim">Given as the reason when the plan was made.</span>
          </div>
          <code className="dim">{acceptance.code}</code>
        </li>
      ))}
      <li className={classes.item}>
        <Mark {...LOOKS[counts.unproved === 0 ? 'info' : 'warning']} />
        <div>{proofText(props.plan)}</div>
        <span />
      </li>
      {props.isPlanned ? <FreshnessLine plan={props.plan} /> : null}
      {props.isPlanned ? <DurationLine runId={props.plan.runId} /> : null}
    </ul>
  );
}
