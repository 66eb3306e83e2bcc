import { useQuery } from '@tanstack/react-query';
import { api } from '../../client.ts';
import { Page, Section } from '../../components/page.tsx';
import { PreflightLink } from '../../components/preflight-link.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { runListOptions } from '../../queries.ts';
import { useTargets } from '../../shell/targets.tsx';
import { isUnfinished } from '../../words/run-words.ts';
import { RUN_COLUMNS, RunTable } from '../runs/run-table.tsx';
import { NextStep } from './next-step.tsx';
import { nextStepOf } from './next-step-of.ts';
import { OpenDebts } from './open-debts.tsx';
import { SandboxCard } from './sandbox-card.tsx';
import { TargetList } from './target-list.tsx';
import { UnfinishedRuns } from './unfinished-runs.tsx';

const RECENT_COUNT = 8;

/** Where the operator begins: the next step, what is unfinished, what happened lately. */
export function HomePage() {
  const sandbox = useQuery(api.sandbox.get.queryOptions({ input: {} }));
  const runs = useQuery(runListOptions());
  const { targets } = useTargets();
  const list = runs.data?.runs ?? [];
  const unfinished = list.filter((run) => isUnfinished(run) || run.state === 'running');
  const others = list.filter((run) => !unfinished.includes(run)).slice(0, RECENT_COUNT);
  const isKnown = sandbox.data !== undefined && runs.data !== undefined;
  return (
    <Page
      title="Home"
      subtitle="Take a data migration back: plan it, see every change, confirm, watch, prove."
      actions={targets.length === 0 ? null : <PreflightLink mode="both" />}
    >
      {sandbox.error === null ? null : <ErrorPanel error={sandbox.error} />}
      <NextStep
        step={
          isKnown
            ? nextStepOf({
                sandboxState: sandbox.data.state,
                realTargets: targets.filter((entry) => entry.source !== 'sandbox').length,
                runs: list,
              })
            : undefined
        }
      />
      <UnfinishedRuns runs={unfinished} />
      <OpenDebts />
      <TargetList runs={list} />
      <Section title="Recent plans and runs">
        {runs.error !== null ? (
          <ErrorPanel error={runs.error} />
        ) : runs.isPending ? (
          <TableSkeleton columns={RUN_COLUMNS} rowCount={4} />
        ) : (
          <RunTable runs={others} />
        )}
      </Section>
      <Section title="Sandbox">
        <SandboxCard sandbox={sandbox.data} />
      </Section>
    </Page>
  );
}
