import type { RunSummary } from '../../../shared/domain/run.ts';
import { Explanation } from '../../components/explanation.tsx';
import { Section } from '../../components/page.tsx';
import { canResume } from '../../words/run-words.ts';
import { RunTable } from '../runs/run-table.tsx';
import classes from './home.module.css';

/** Runs explained on the home page; each reads its target. */
const MOST_EXPLAINED = 3;

/** What goes on or waits to be resumed, with what each left behind before anybody presses Resume. */
export function UnfinishedRuns(props: { readonly runs: readonly RunSummary[] }) {
  if (props.runs.length === 0) return null;
  const explained = props.runs.filter(canResume).slice(0, MOST_EXPLAINED);
  return (
    <Section title="Unfinished">
      <RunTable runs={props.runs} />
      {explained.map((run) => (
        <section
          key={run.runId}
          className={classes.explained}
          aria-label={`What run ${run.runId} left behind`}
        >
          <h3>
            What <code>{run.runId}</code> left behind
          </h3>
          <Explanation runId={run.runId} />
        </section>
      ))}
    </Section>
  );
}
