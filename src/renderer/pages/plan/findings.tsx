import { IconAlertTriangle, IconBan, IconInfoCircle } from '@tabler/icons-react';
import type { Finding, PlanSummary } from '../../../shared/domain/plan.ts';
import { Mark } from '../../components/mark.tsx';
import { proofText } from '../../words/plan-words.ts';
import classes from './findings.module.css';

const LOOKS = {
  blocker: { tone: 'failed', icon: IconBan, word: 'Blocker' },
  warning: { tone: 'held', icon: IconAlertTriangle, word: 'Warning' },
  info: { tone: 'idle', icon: IconInfoCircle, word: 'Note' },
} as const satisfies Record<Finding['severity'], unknown>;

const ORDER: readonly Finding['severity'][] = ['blocker', 'warning', 'info'];

/** What the operator must know, blockers first, and what was accepted with a reason. */
export function Findings(props: { readonly plan: PlanSummary }) {
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
    </ul>
  );
}
