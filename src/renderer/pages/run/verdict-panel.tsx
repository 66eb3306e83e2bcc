import { Link } from 'wouter';
import type { RunDetail } from '../../../shared/domain/run.ts';
import { Figures } from '../../components/figures.tsx';
import { bytesText, exactBytesText } from '../../format/bytes.ts';
import { countOf, countText } from '../../format/count.ts';
import type { FigureWords } from '../../words/plan-words.ts';
import { verdictSentence } from '../../words/run-words.ts';
import classes from './run-page.module.css';

/** What became of the run: one sentence, the figures, and the ways to the files behind them. */
export function VerdictPanel(props: { readonly run: RunDetail }) {
  const { run } = props;
  return (
    <section className={classes.verdict} aria-label="Outcome">
      <p className={classes.verdictLine}>{verdictSentence(run)}</p>
      <Figures figures={figuresOf(run)} />
      <div className={classes.links}>
        <FileLink run={run} count={run.counts.held} query="verdict=held" words="held" />
        <FileLink run={run} count={run.counts.drifted} query="outcome=drifted" words="drifted" />
        <FileLink run={run} count={run.counts.failed} query="outcome=failed" words="failed" />
        {run.undoneBy === null ? null : (
          <Link href={`/runs/${run.undoneBy}`}>The undo of this run</Link>
        )}
        {run.plan.subjectRunId === null ? null : (
          <Link href={`/runs/${run.plan.subjectRunId}`}>The run that this one is about</Link>
        )}
        {run.quarantine === 'kept' ? <Link href="/quarantine">Its quarantine is kept</Link> : null}
      </div>
    </section>
  );
}

function FileLink(props: {
  readonly run: RunDetail;
  readonly count: number;
  readonly query: string;
  readonly words: string;
}) {
  if (props.count === 0) return null;
  return (
    <Link href={`/plans/${props.run.runId}?${props.query}`}>
      {countOf(props.count, 'file')} {props.words}
    </Link>
  );
}

function figuresOf(run: RunDetail): readonly FigureWords[] {
  const { counts, plan } = run;
  const leftAlone = counts.held + counts.drifted + counts.failed;
  return [
    {
      label: 'Files done',
      value: countText(counts.done),
      note: `of ${countText(counts.planned)} planned`,
    },
    ...(plan.kind === 'undo' ? restoredFigures(run) : removedFigures(run)),
    {
      label: 'Left alone',
      value: countText(leftAlone),
      note: `${countText(counts.held)} held, ${countText(counts.drifted)} drifted, ${countText(counts.failed)} failed`,
    },
  ];
}

function restoredFigures(run: RunDetail): readonly FigureWords[] {
  const value = countText(run.counts.objectsRestored);
  return [{ label: 'Objects restored', value, note: 'from quarantine, to their old keys' }];
}

function removedFigures(run: RunDetail): readonly FigureWords[] {
  const { counts, plan, quarantine } = run;
  const moved = plan.kind === 'purge' ? counts.bytesFreed : counts.bytesQuarantined;
  return [
    {
      label: plan.kind === 'purge' ? 'Objects purged' : 'Objects removed',
      value: countText(counts.objectsRemoved),
      note:
        run.verification?.passed === true
          ? 'proved by listing the bucket again'
          : 'as the run file records it',
    },
    {
      label: plan.kind === 'purge' ? 'Freed for good' : 'Bytes moved',
      value: bytesText(moved),
      title: exactBytesText(moved),
      note:
        quarantine === 'kept'
          ? 'into quarantine; freed when it is purged'
          : 'size as the bucket reported it',
    },
  ];
}
