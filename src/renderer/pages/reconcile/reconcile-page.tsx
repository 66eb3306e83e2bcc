import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, client } from '../../client.ts';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { ReconcilePanel } from './reconcile-panel.tsx';
import { REPORT_COLUMNS, ReportTable } from './report-table.tsx';
import { useReconcile } from './use-reconcile.ts';

/** Starts the comparison of a whole bucket with the rows, and lists the reports of earlier ones. */
export function ReconcilePage() {
  const list = useQuery(api.reconcile.list.queryOptions({ input: {} }));
  const { chosen } = useTargets();
  const { reconciling, start, stop } = useReconcile();
  const isBusy = reconciling.state === 'going';
  return (
    <Page
      title="Reconcile"
      subtitle="Does each row have its object, and each object its row? Lists the whole bucket once and changes nothing."
      command="unwind reconcile"
      actions={
        <Button
          disabled={chosen === undefined || isBusy}
          onClick={() => {
            start((signal) =>
              client.reconcile.create(chosen === undefined ? {} : { target: chosen.name }, {
                signal,
              }),
            );
          }}
        >
          {chosen === undefined ? 'Reconcile' : `Reconcile ${chosen.name}`}
        </Button>
      }
    >
      <ReconcilePanel reconciling={reconciling} onStop={stop} />
      <Section title="Reports">
        {list.error !== null ? (
          <ErrorPanel error={list.error} />
        ) : list.isPending ? (
          <TableSkeleton columns={REPORT_COLUMNS} rowCount={3} />
        ) : (
          <ReportTable
            reports={list.data.reports}
            isBusy={isBusy}
            onResume={(reportId) => {
              start((signal) => client.reconcile.resume({ reportId }, { signal }));
            }}
          />
        )}
      </Section>
    </Page>
  );
}
