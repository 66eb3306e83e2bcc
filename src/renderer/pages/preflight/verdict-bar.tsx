import { Anchor } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconLoader2 } from '@tabler/icons-react';
import clsx from 'clsx';
import type { PreflightReport } from '../../../shared/domain/preflight.ts';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import { verdictWords } from '../../words/preflight-words.ts';
import { goToLine } from './line-list.tsx';
import classes from './preflight-page.module.css';

const ICONS = {
  ready: IconCircleCheck,
  warnings: IconAlertTriangle,
  'not-ready': IconCircleX,
} as const satisfies Record<PreflightReport['result'], unknown>;

/** What the lines come to, and when that was so; while they come, how many there are. */
export function VerdictBar(props: {
  readonly report: PreflightReport | undefined;
  readonly lineCount: number;
}) {
  const { report, lineCount } = props;
  if (report === undefined) {
    return (
      <div className={clsx(classes.verdict, classes.running)} role="status">
        <IconLoader2 size={20} aria-hidden />
        <strong>Looking at the target</strong>
        <span className={classes.figures}>{countText(lineCount)} conditions so far</span>
      </div>
    );
  }
  const { tone, verdict, figures } = verdictWords(report);
  const Icon = ICONS[report.result];
  return (
    <div className={clsx(classes.verdict, classes[tone])} role="status">
      <Icon size={20} aria-hidden />
      <strong>{verdict}</strong>
      <span className={classes.figures}>{figures}</span>
      <span className={classes.when}>
        Checked <TimeStamp iso={report.startedAt} />
      </span>
      <Attention report={report} />
    </div>
  );
}

/** The way to each line that asks for something, the failed ones first: they may be far below. */
function Attention(props: { readonly report: PreflightReport }) {
  const { lines } = props.report;
  const asking = (['failed', 'warning'] as const).flatMap((state) =>
    lines.filter((line) => line.state === state),
  );
  if (asking.length === 0) return null;
  return (
    <ul className={classes.attention} aria-label="Needs attention">
      {asking.map((line) => (
        <li key={line.name}>
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => {
              goToLine(line.name);
            }}
          >
            {line.state === 'failed' ? 'Failed' : 'Warning'}: {line.title}
          </Anchor>
        </li>
      ))}
    </ul>
  );
}
