import { Button } from '@mantine/core';
import { IconCircleCheck, IconClock, IconLoader2 } from '@tabler/icons-react';
import clsx from 'clsx';
import { Link } from 'wouter';
import type { RunDetail } from '../../../shared/domain/run.ts';
import type { Checkpoint, Stage } from '../../../shared/domain/stage.ts';
import { client } from '../../client.ts';
import { Mark } from '../../components/mark.tsx';
import { Section } from '../../components/page.tsx';
import { PlanMakingPanel } from '../../components/plan-making-panel.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countText } from '../../format/count.ts';
import { usePlanMaking } from '../../use-plan-making.ts';
import { canGoBackTo } from '../../words/stage-words.ts';

const LOOKS = {
  waiting: { tone: 'idle', icon: IconClock, word: 'Waiting' },
  running: { tone: 'running', icon: IconLoader2, word: 'Running' },
  done: { tone: 'done', icon: IconCircleCheck, word: 'Done' },
} as const satisfies Record<Stage['state'], unknown>;

const NUMBER = clsx(table.fit, table.number);

/** The stages of a run and the checkpoints that it has reached, each with the way back to it. */
export function StagesSection(props: { readonly run: RunDetail }) {
  const { run } = props;
  return (
    <>
      {run.stages.length === 0 ? null : (
        <Section title="Stages">
          <StageTable stages={run.stages} />
        </Section>
      )}
      {run.checkpoints.length === 0 ? null : (
        <Section
          title="Checkpoints"
          note={
            run.takenBackTo === null ? null : (
              <Link href={`/runs/${run.takenBackTo.runId}`}>
                Taken back to {run.takenBackTo.checkpoint}
              </Link>
            )
          }
        >
          <CheckpointTable run={run} />
        </Section>
      )}
    </>
  );
}

function StageTable(props: { readonly stages: readonly Stage[] }) {
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">State</th>
            <th scope="col" className={table.number}>
              Files
            </th>
            <th scope="col" className={table.number}>
              Rows
            </th>
            <th scope="col" className={table.number}>
              Objects
            </th>
            <th scope="col">Then waits at</th>
            <th scope="col">Ended</th>
          </tr>
        </thead>
        <tbody>
          {props.stages.map((stage) => (
            <tr key={stage.number}>
              <td className={table.fit}>{countText(stage.number)}</td>
              <td className={table.fit}>
                <Mark {...LOOKS[stage.state]} />
              </td>
              <td className={NUMBER}>{countText(stage.files)}</td>
              <td className={NUMBER}>{countText(stage.rows)}</td>
              <td className={NUMBER}>{countText(stage.objects)}</td>
              <td>{stage.checkpoint ?? <span className="dim">nothing: it is the last</span>}</td>
              <td className={table.fit}>
                {stage.endedAt === null ? '–' : <TimeStamp iso={stage.endedAt} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function CheckpointTable(props: { readonly run: RunDetail }) {
  const { run } = props;
  const { making, make, cancel } = usePlanMaking();
  return (
    <>
      <TableBox>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Checkpoint</th>
              <th scope="col">Stands</th>
              <th scope="col">What is true there</th>
              <th scope="col" className={table.number}>
                Rows
              </th>
              <th scope="col" className={table.number}>
                Objects
              </th>
              <th scope="col">At</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {run.checkpoints.map((checkpoint) => (
              <tr key={checkpoint.name}>
                <td className={table.fit}>{checkpoint.name}</td>
                <td>{checkpoint.label}</td>
                <td>{checkpoint.truth}</td>
                <td className={NUMBER}>{countText(checkpoint.rowsDone)}</td>
                <td className={NUMBER}>{countText(checkpoint.objectsDone)}</td>
                <td className={table.fit}>
                  <TimeStamp iso={checkpoint.at} />
                </td>
                <td className={table.fit}>
                  <GoBack
                    run={run}
                    checkpoint={checkpoint}
                    disabled={making.state === 'making'}
                    onGoBack={() => {
                      const input = { runId: run.runId, toCheckpoint: checkpoint.name };
                      make((signal) => client.plan.createUndo(input, { signal }));
                    }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      {making.state === 'idle' ? null : <PlanMakingPanel making={making} onCancel={cancel} />}
    </>
  );
}

function GoBack(props: {
  readonly run: RunDetail;
  readonly checkpoint: Checkpoint;
  readonly disabled: boolean;
  readonly onGoBack: () => void;
}) {
  if (!canGoBackTo(props.run, props.checkpoint)) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={props.disabled}
      aria-label={`Go back to ${props.checkpoint.name}`}
      onClick={props.onGoBack}
    >
      Go back to it…
    </Button>
  );
}
